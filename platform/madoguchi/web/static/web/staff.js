// Comforts only: every page works without this file.
import { focusOnErrors, sendOnce } from "./page.js";
import { copyValues, openDialogs, weighFiles } from "./dialogs.js";
import { listenForKeys } from "./staff-keys.js";
import { guardSession, leaveNothing } from "./staff-session.js";
import { chooseRows, printPages, readNumbers, waitWhileBusy } from "./staff-lists.js";

focusOnErrors();
sendOnce();
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
