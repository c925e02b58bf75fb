// The pictures of mermaid: as wide as their place, never too small to read, and open to the keyboard.

const SMALLEST = 0.72; // of the size in which letters are 13 px high

function sizeGraph(picture, scale) {
  const place = picture.closest(".graph");
  if (!place || !picture.viewBox?.baseVal?.width) return;
  const width = picture.viewBox.baseVal.width;
  place.scale = scale || place.scale || 0;
  const fitting = Math.max(SMALLEST, Math.min(1, (place.clientWidth - 2) / width));
  picture.style.maxWidth = "none";
  picture.style.width = `${width * (place.scale || fitting)}px`;
  picture.style.height = "auto";
}

function zoomGraph(event, factor) {
  const picture = event.target.closest(".graph-frame").querySelector(".graph svg");
  if (!picture) return;
  const place = picture.closest(".graph");
  const now = picture.clientWidth / picture.viewBox.baseVal.width;
  place.scale = factor ? Math.min(3, Math.max(0.2, now * factor)) : 0;
  if (factor) sizeGraph(picture, place.scale);
  else picture.style.width = `${Math.min(place.clientWidth - 2, picture.viewBox.baseVal.width)}px`;
}

// What a click chooses, the keyboard can choose.
function letKeysChoose(picture) {
  if (!picture.closest(".clickable")) return;
  for (const node of picture.querySelectorAll("g.node, g.cluster")) {
    node.setAttribute("tabindex", "0");
    node.setAttribute("role", "button");
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter") node.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    });
  }
}

new MutationObserver((changes) => {
  for (const change of changes)
    for (const added of change.addedNodes)
      if (added.nodeName === "svg" && added.closest(".graph")) {
        sizeGraph(added);
        letKeysChoose(added);
      }
}).observe(document.documentElement, { childList: true, subtree: true });
