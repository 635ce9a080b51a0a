// A recording whose tab was closed ends wherever the browser had got to. The server takes whole files only.

const containers = new Set([0x18538067, 0x1f43b675]); // Segment and Cluster: written without a length while it is recorded

/** One number of EBML: how many bytes it has, and its value, with or without the mark of its length. */
function number(view: DataView, at: number, marked: boolean): { bytes: number; value: number } | undefined {
  if (at >= view.byteLength) return undefined;
  const first = view.getUint8(at);
  const bytes = Math.clz32(first) - 23;
  if (bytes > 8 || at + bytes > view.byteLength) return undefined;
  let value = marked ? first : first & ((1 << (8 - bytes)) - 1);
  for (let i = 1; i < bytes; i++) value = value * 256 + view.getUint8(at + i);
  return { bytes, value };
}

/** Up to the end of the last element that is whole; all of it where nothing is cut off. */
export async function wholeWebm(sound: Blob): Promise<Blob> {
  const view = new DataView(await sound.arrayBuffer());
  let at = 0;
  let whole = 0;
  for (;;) {
    const id = number(view, at, true);
    const size = id && number(view, at + id.bytes, false);
    if (!id || !size) break;
    at += id.bytes + size.bytes;
    if (containers.has(id.value)) continue;
    at += size.value;
    if (at > view.byteLength) break;
    whole = at;
  }
  return whole === view.byteLength ? sound : sound.slice(0, whole, sound.type);
}
