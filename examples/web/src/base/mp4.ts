// The same as webm.ts does, for what Safari records: an mp4 of fragments, a head and then pairs of moof and mdat.

/** Up to the end of the last fragment whose sound is whole; all of it where nothing is cut off. */
export async function wholeMp4(sound: Blob): Promise<Blob> {
  const view = new DataView(await sound.arrayBuffer());
  let at = 0;
  let whole = 0;
  let fragments = false;
  while (at + 8 <= view.byteLength) {
    const type = view.getUint32(at + 4);
    const short = view.getUint32(at);
    const size = short === 1 && at + 16 <= view.byteLength ? Number(view.getBigUint64(at + 8)) : short;
    if (size < 8 || at + size > view.byteLength) break;
    at += size;
    fragments ||= type === 0x6d6f6f66; // moof
    if (type !== 0x6d6f6f66) whole = at; // a fragment's head alone says nothing
  }
  return fragments && whole && whole < view.byteLength ? sound.slice(0, whole, sound.type) : sound;
}
