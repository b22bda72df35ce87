"""Where a number is typed: a window of our own, or the console where there is no screen."""

import getpass
import queue
import sys
from collections.abc import Callable
from typing import Any

from card_agent.reading import Question

Gone = Callable[[], bool]
"""Tells whether the page that asked has gone away, so that nobody waits for a number any more."""

SECONDS = 60
LOOKS_EVERY = 200
_WORDS = {"pin": "暗証番号（数字4桁）", "number_b": "照合番号B（数字14桁）"}
_EXPLAIN = {
    "pin": "券面事項入力補助用の暗証番号を入力してください。",
    "number_b": (
        "カードの表面を見ながら、生年月日（和暦6桁）、有効期限の西暦（4桁）、"
        "セキュリティコード（4桁）を続けて入力してください。"
    ),
}


def sentences(question: Question, /) -> list[str]:
    """Write what the person is told: which number, and how often it may still be wrong."""
    told = [_EXPLAIN[question.by], f"あと{question.left}回まちがえると、ロックされます。"]
    return ["番号が違います。もう一度、確かめて入力してください。", *told] if question.was_wrong else told


class ConsoleDesk:
    """Asks in the console; what is typed is not shown."""

    def ask(self, question: Question, is_gone: Gone, /) -> bytearray | None:
        """Ask for a number; an empty line stops. A console waits for its line, whoever has gone."""
        sys.stderr.write("\n".join(sentences(question)) + "\n")
        typed = getpass.getpass(f"{_WORDS[question.by]}: ")
        digits = bytearray(typed, "ascii", errors="replace")
        return digits if len(digits) == question.digits and digits.isdigit() else None


class WindowDesk:
    """Asks in a window in front of everything; the main thread draws, whichever thread asks."""

    def __init__(self) -> None:
        self._asked: queue.Queue[tuple[Question, Gone, queue.Queue[bytearray | None]]] = queue.Queue()

    def ask(self, question: Question, is_gone: Gone, /) -> bytearray | None:
        """Ask for a number and wait for it; None where the window was closed or left, or the page went."""
        answer: queue.Queue[bytearray | None] = queue.Queue()
        self._asked.put((question, is_gone, answer))
        return answer.get()

    def run(self) -> None:
        """Draw windows for as long as the program runs."""
        while True:
            question, is_gone, answer = self._asked.get()
            answer.put(show(question, is_gone))


def show(question: Question, is_gone: Gone, /) -> bytearray | None:
    """Open the window, wait for the number, and close it; none is opened for a page that has gone."""
    import tkinter

    return None if is_gone() else NumberWindow(root=tkinter.Tk(), question=question, is_gone=is_gone).wait()


class NumberWindow:
    """A window with dots for digits: the number never becomes a text of its own."""

    def __init__(self, *, root: Any, question: Question, is_gone: Gone) -> None:
        self._root, self._question, self._is_gone = root, question, is_gone
        self._digits = bytearray()
        self._is_given = False
        root.title("マイナンバーカードの読み取り")
        root.attributes("-topmost", 1)
        for line in sentences(question):
            self._line(line, size=13)
        self._line(_WORDS[question.by], size=16)
        self._dots = self._line("", size=28)
        self._keys()
        root.bind("<Key>", self.press)
        root.protocol("WM_DELETE_WINDOW", self.stop)
        root.after(SECONDS * 1000, self.stop)
        self.look()
        self._draw()
        # Without it the digits would go on to the browser that lies behind.
        root.focus_force()

    def _line(self, text: str, *, size: int) -> Any:
        import tkinter

        label = tkinter.Label(self._root, text=text, font=("", size), padx=24, pady=6, wraplength=520)
        label.pack()
        return label

    def _keys(self) -> None:
        import tkinter

        row = tkinter.Frame(self._root, padx=24, pady=12)
        row.pack()
        self._confirm = tkinter.Button(row, text="決定", font=("", 14), width=10, command=self.give)
        self._confirm.pack(side="left", padx=8)
        tkinter.Button(row, text="やめる", font=("", 14), width=10, command=self.stop).pack(
            side="left", padx=8
        )

    def press(self, event: Any) -> None:
        """Take one key: a digit, one step back, enter or escape."""
        steps = {"BackSpace": self._back, "Return": self.give, "KP_Enter": self.give, "Escape": self.stop}
        if event.keysym in steps:
            steps[event.keysym]()
        elif (
            len(event.char) == 1 and event.char in "0123456789" and len(self._digits) < self._question.digits
        ):
            self._digits.append(ord(event.char))
            self._draw()

    def _back(self) -> None:
        if self._digits:
            self._digits[-1] = 0
            self._digits.pop()
            self._draw()

    def _draw(self) -> None:
        missing = self._question.digits - len(self._digits)
        self._dots.configure(text="●" * len(self._digits) + "○" * missing)
        self._confirm.configure(state="normal" if not missing else "disabled")

    def give(self) -> None:
        """Close the window with the number, once all digits are there."""
        if len(self._digits) == self._question.digits:
            self._is_given = True
            self._root.quit()

    def look(self) -> None:
        """Close the window when the page behind it has gone; otherwise look again soon."""
        if self._is_gone():
            self.stop()
        else:
            self._root.after(LOOKS_EVERY, self.look)

    def stop(self) -> None:
        """Close the window without a number."""
        self._root.quit()

    def wait(self) -> bytearray | None:
        """Wait until the window closes."""
        self._root.mainloop()
        self._root.destroy()
        if self._is_given:
            return self._digits
        for position in range(len(self._digits)):
            self._digits[position] = 0
        return None
