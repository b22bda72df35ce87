// Comforts only: every page works without this file.
import { focusOnErrors, openAfresh, sendOnce } from "./page.js";
import { copyValues, openDialogs, weighFiles } from "./dialogs.js";
import { listenForKeys } from "./staff-keys.js";
import { guardSession, leaveNothing } from "./staff-session.js";
import { chooseRows, printPages, readNumbers, waitWhileBusy } from "./staff-lists.js";

focusOnErrors();
sendOnce();
// A form without an address of its own stands on a page that opens by the same address.
if (document.querySelector("main form[method=post]:not([action]), form[data-afresh]")) openAfresh();
openDialogs();
copyValues();
weighFiles();
chooseRows();
printPages();
readNumbers();
waitWhileBusy();
listenForKeys();
guardSession();
leaveNothing();
