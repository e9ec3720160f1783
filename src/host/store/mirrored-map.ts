import type { z } from 'zod';
import type { Logger } from '#core/ports.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

/** A map kept in memory and mirrored to a private JSON file (gateway §7.1). Read once, by `load`. */
export class MirroredMap<T> {
  readonly #path: string;
  readonly #schema: z.ZodType<Record<string, T>>;
  readonly #log: Logger;
  readonly #entries = new Map<string, T>();
  #changed = false;
  #running: Promise<void> | null = null;
  #queued: Promise<void> | null = null;

  constructor(path: string, schema: z.ZodType<Record<string, T>>, log: Logger) {
    this.#path = path;
    this.#schema = schema;
    this.#log = log;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): T | undefined {
    return this.#entries.get(key);
  }

  values(): T[] {
    return [...this.#entries.values()];
  }

  set(key: string, value: T): void {
    this.#entries.set(key, value);
    this.#changed = true;
  }

  delete(key: string): void {
    this.#changed = this.#entries.delete(key) || this.#changed;
  }

  /** A damaged file is set aside and counts as empty: then nobody is trusted. */
  async load(): Promise<void> {
    const text = await readPrivateFile(this.#path);
    if (text === null) return;
    try {
      const stored = this.#schema.parse(JSON.parse(text));
      for (const [key, value] of Object.entries(stored)) this.#entries.set(key, value);
    } catch {
      // What is wrong stays unsaid: the parser's words can quote a token.
      const keptAs = `${this.#path}.damaged`;
      await writePrivateFile(keptAs, text);
      this.#log.error('store.damaged', { path: this.#path, keptAs });
    }
  }

  /**
   * Resolves when every change made so far is on disk. At most one write runs and one waits: calls
   * in a burst share a write.
   */
  save(): Promise<void> {
    if (!this.#changed) return this.#queued ?? this.#running ?? Promise.resolve();
    if (!this.#running) return this.#write();
    const next = () => this.#write();
    // Next however the running one ends; its own caller gets its failure.
    this.#queued ??= this.#running.then(next, next);
    return this.#queued;
  }

  #write(): Promise<void> {
    this.#queued = null;
    this.#changed = false;
    const text = `${JSON.stringify(Object.fromEntries(this.#entries), null, 2)}\n`;
    this.#running = writePrivateFile(this.#path, text)
      .catch((error: unknown) => {
        this.#changed = true;
        throw error;
      })
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }
}
