// The dialogs that are open, the innermost last: only what lies in that one can be seen and pressed.

class Dialogs extends EventTarget {
  readonly open: Element[] = [];

  opened(dialog: Element): void {
    if (!this.open.includes(dialog)) this.open.push(dialog);
    this.dispatchEvent(new Event("change"));
  }
  closed(dialog: Element): void {
    const at = this.open.indexOf(dialog);
    if (at < 0) return;
    this.open.splice(at, 1);
    this.dispatchEvent(new Event("change"));
  }
  get last(): Element | undefined {
    return this.open.at(-1);
  }
}
export const dialogs = new Dialogs();
