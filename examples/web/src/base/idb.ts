// The browser's own database: what was written and not yet sent, drafts, and what was last read. One per mount.

export type Room = "outbox" | "drafts" | "seen";

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export class Cupboard {
  private opened: Promise<IDBDatabase> | undefined;
  constructor(private readonly name: string) {}

  private open(): Promise<IDBDatabase> {
    this.opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(this.name, 1);
      request.onupgradeneeded = () => {
        for (const room of ["outbox", "drafts", "seen"]) request.result.createObjectStore(room);
      };
      request.onsuccess = () => resolve(request.result);
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

  async all<T>(room: Room): Promise<T[]> {
    return settled<T[]>((await this.room(room, "readonly")).getAll());
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

  async clear(room: Room): Promise<void> {
    await settled((await this.room(room, "readwrite")).clear());
  }
}
