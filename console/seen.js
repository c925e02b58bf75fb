// A tab that nobody looks at asks for nothing: the server is told when it is hidden and when it is back.

const tellWhetherSeen = () => emitEvent("console_seen", document.visibilityState === "visible");

document.addEventListener("visibilitychange", tellWhetherSeen);
