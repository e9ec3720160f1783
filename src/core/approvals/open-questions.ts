import { createFairQueue } from './fairness.ts';
import type { Question } from './question.ts';

/** Every question without an answer: by id, by what it asks, and by whose turn it is. */
export interface OpenQuestions {
  /** Oldest first; a copy. */
  all(): readonly Question[];
  get(id: string): Question | undefined;
  /** Still the open question of its id: ids can be used again. */
  has(question: Question): boolean;
  readonly size: number;
  add(question: Question): void;
  remove(question: Question): void;
  /** The question that an identical request may join. */
  joinable(digest: string): Question | undefined;
  /** Takes out of the line whatever is next to be shown; it stays open, but none may join it. */
  nextToShow(): Question | null;
}

export function createOpenQuestions(): OpenQuestions {
  const pending = new Map<string, Question>();
  const joinable = new Map<string, Question>();
  const waiting = createFairQueue<Question>();
  const closeDoor = (question: Question) => {
    if (joinable.get(question.digest) === question) joinable.delete(question.digest);
  };
  return {
    all: () => [...pending.values()],
    get: (id) => pending.get(id),
    has: (question) => pending.get(question.approval.id) === question,
    get size() {
      return pending.size;
    },
    add(question) {
      pending.set(question.approval.id, question);
      if (question.joinable) joinable.set(question.digest, question);
      waiting.push(question.agent, question);
    },
    remove(question) {
      pending.delete(question.approval.id);
      closeDoor(question);
      waiting.remove(question.agent, question);
    },
    joinable: (digest) => joinable.get(digest),
    nextToShow() {
      const next = waiting.shift();
      if (next) closeDoor(next);
      return next;
    },
  };
}
