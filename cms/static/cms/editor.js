// The editor warns, too, before a session ends: its page is Wagtail's and loads nothing else of ours.
import { guardSession } from "../web/staff-session.js";

guardSession();
