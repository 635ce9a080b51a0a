// The browser's own database: what was written and not yet sent, drafts, and what was last read. One per mount.

const rooms = ["outbox", "drafts", "seen", "voice"] as const;
export type Room = (typeof rooms)[number];

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

const range = (prefix?: string): IDBKeyRange | undefined => (prefix ? IDBKeyRange.bound(prefix, `${prefix}\uffff`) : undefined);

export class Cupboard {
  private opened: Promise<IDBDatabase> | undefined;
  constructor(private readonly name: string) {}

  private open(): Promise<IDBDatabase> {
    this.opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(this.name, 2);
      request.onupgradeneeded = () => {
        for (const room of rooms) if (!request.result.objectStoreNames.contains(room)) request.result.createObjectStore(room);
      };
      request.onsuccess = () => {
        const db = request.result;
        db.onversionchange = () => ((this.opened = undefined), db.close()); // a newer page wants to change it; it is opened again when needed
        db.onclose = () => (this.opened = undefined);
        resolve(db);
      };
      request.onerror = () => reject(request.error);
    });
    this.opened.catch(() => (this.opened = undefined));
    return this.opened;
  }

  private async room(room: Room, mode: IDBTransactionMode): Promise<IDBObjectStore> {
    return (await this.open()).transaction(room, mode).objectStore(room);
  }

  async get<T>(room: Room, key: string): Promise<T | undefined> {
    return settled<T>((await this.room(room, "readonly")).get(key));
  }

  /** All of a room, or all whose keys begin so, by their keys. */
  async all<T>(room: Room, prefix?: string): Promise<T[]> {
    return settled<T[]>((await this.room(room, "readonly")).getAll(range(prefix)));
  }
  async keys(room: Room): Promise<string[]> {
    return (await settled((await this.room(room, "readonly")).getAllKeys())).map(String);
  }

  /** Resolves when it is on the disk, not when it was asked for. */
  async put(room: Room, key: string, value: unknown): Promise<void> {
    const db = await this.open();
    const tx = db.transaction(room, "readwrite", { durability: "strict" });
    tx.objectStore(room).put(value, key);
    await new Promise<void>((resolve, reject) => {
      tx.oncomplete = () => resolve();
      tx.onabort = tx.onerror = () => reject(tx.error);
    });
  }

  async remove(room: Room, key: string): Promise<void> {
    await settled((await this.room(room, "readwrite")).delete(key));
  }

  async clear(room: Room, prefix?: string): Promise<void> {
    const all = range(prefix);
    const store = await this.room(room, "readwrite");
    await settled(all ? store.delete(all) : store.clear());
  }
}
