// Comforts only: every page works without this file.
import { focusOnErrors, openAfresh, sendOnce, closeMenus, sizeText } from "./page.js";

focusOnErrors();
sendOnce();
openAfresh();
closeMenus();
sizeText();
if (document.querySelector("dialog.dialog")) {
  const { openDialogs } = await import("./dialogs.js");
  openDialogs();
}
