// Comforts only: every page works without this file.
import { focusOnErrors, sendOnce, closeMenus } from "./page.js";

focusOnErrors();
sendOnce();
closeMenus();
if (document.querySelector("dialog.dialog")) {
  const { openDialogs } = await import("./dialogs.js");
  openDialogs();
}
