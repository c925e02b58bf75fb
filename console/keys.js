// In a form Tab goes on to the next field, also out of an editor, which would indent the line instead.

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Tab" && event.target.closest?.(".form .cm-content")) event.stopPropagation();
  },
  true, // before the editor hears of it
);
