// The arrows of the pipeline's map, drawn behind its boxes from where these stand.

const LANE = 12; // pixels between two lines that run side by side
const SVG = "http://www.w3.org/2000/svg";

function drawArrows(map) {
  const svg = map.querySelector("svg.map-arrows");
  if (!svg) return;
  const frame = map.getBoundingClientRect();
  const boxes = new Map();
  for (const box of map.querySelectorAll("[data-part]")) {
    const { left, right, top, bottom } = box.getBoundingClientRect();
    boxes.set(box.dataset.part, {
      left: left - frame.left, right: right - frame.left, top: top - frame.top, bottom: bottom - frame.top,
      middle: (left + right) / 2 - frame.left, centre: (top + bottom) / 2 - frame.top,
    });
  }
  const rows = rowsOf([...boxes.values()]);
  const arrows = JSON.parse(map.dataset.arrows)
    .map(([start, end, way]) => ({ from: boxes.get(start), to: boxes.get(end), way }))
    .filter(({ from, to }) => from && to);
  chooseLanes(arrows);
  svg.setAttribute("width", frame.width);
  svg.setAttribute("height", frame.height);
  svg.replaceChildren();
  const draw = rows.every((row) => row.boxes.length === 1) ? wayInAColumn : wayInRows;
  for (const { from, to, way } of arrows) {
    const line = svg.appendChild(document.createElementNS(SVG, "path"));
    line.setAttribute("class", `map-line map-line-${way.replace(" ", "-")}`);
    line.setAttribute("d", draw(from, to, rows, frame.width));
  }
}

// Boxes that stand side by side are a row.
function rowsOf(boxes) {
  const rows = [];
  for (const box of boxes.sort((one, other) => one.top - other.top)) {
    const row = rows.at(-1);
    if (row && box.top < row.bottom) {
      row.boxes.push(box);
      row.bottom = Math.max(row.bottom, box.bottom);
    } else rows.push({ boxes: [box], top: box.top, bottom: box.bottom });
    box.row = rows.length - 1;
  }
  return rows;
}

// What leads past other boxes runs beside them: what leaves one box in one lane, that of nobody else there.
function chooseLanes(arrows) {
  const lanes = [];
  const starts = new Set(arrows.filter(({ from, to }) => to.row !== from.row + 1).map(({ from }) => from));
  for (const from of starts) {
    const ends = arrows.filter((arrow) => arrow.from === from).map(({ to }) => to.centre);
    const [top, bottom] = [Math.min(from.centre, ...ends), Math.max(from.centre, ...ends)];
    let lane = lanes.findIndex((taken) => taken.every((other) => other.bottom < top || bottom < other.top));
    if (lane < 0) lane = lanes.push([]) - 1;
    lanes[lane].push({ top, bottom });
    from.lane = (lane + 1) * LANE;
  }
}

function wayInAColumn(from, to) {
  const x = to.left + 22;
  if (to.row === from.row + 1) return `M${x} ${from.bottom} V${to.top}${pointDown(x, to.top)}`;
  return `M${from.left} ${from.bottom - 8} h${-from.lane} V${to.centre} H${to.left}${pointRight(to.left, to.centre)}`;
}

function wayInRows(from, to, rows, width) {
  if (from.row === to.row && to.left > from.right)
    return `M${from.right} ${to.centre} H${to.left}${pointRight(to.left, to.centre)}`;
  const tip = `V${to.top}${pointDown(to.middle, to.top)}`;
  const between = rows[to.row].top - 34; // above what is written at the arrows
  if (to.row === from.row + 1) return `M${from.middle} ${from.bottom} V${between} H${to.middle} ${tip}`;
  const below = rows[from.row].bottom + 4;
  return `M${from.middle} ${from.bottom} V${below} H${width - from.lane} V${between - 4} H${to.middle} ${tip}`;
}

const pointDown = (x, y) => `M${x - 5} ${y - 8} L${x} ${y} L${x + 5} ${y - 8}`;
const pointRight = (x, y) => `M${x - 8} ${y - 5} L${x} ${y} L${x - 8} ${y + 5}`;

const mapSizes = new ResizeObserver((changes) => {
  for (const change of changes) drawArrows(change.target);
});

new MutationObserver((changes) => {
  for (const change of changes)
    for (const added of change.addedNodes)
      if (added instanceof Element)
        for (const map of [added, ...added.querySelectorAll(".map")])
          if (map.matches(".map")) mapSizes.observe(map);
}).observe(document.documentElement, { childList: true, subtree: true });
