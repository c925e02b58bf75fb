// Brings the last log line into view. When a list is told to scroll while it is still being drawn,
// Quasar now and then shows no row at all, until somebody scrolls: it is told again then.
function showLastLine(id, row, attempts = 5) {
  const list = getElement(id)?.$refs.qRef;
  if (!list) return;
  list.scrollTo(row);
  const look = () => {
    if (attempts && list.$el?.isConnected && !list.$el.querySelector(".log-line")) {
      list.resetVirtualScroll();
      showLastLine(id, row, attempts - 1);
    }
  };
  setTimeout(() => requestAnimationFrame(look), 100);
}
