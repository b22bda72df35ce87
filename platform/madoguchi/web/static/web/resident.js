// Comforts only: every page works without this file.
import { focusOnErrors, sendOnce, closeMenus, sizeText } from "./page.js";

focusOnErrors();
sendOnce();
closeMenus();
sizeText();
if (document.querySelector("dialog.dialog")) {
  const { openDialogs } = await import("./dialogs.js");
  openDialogs();
}
