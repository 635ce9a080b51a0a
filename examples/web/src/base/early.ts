// What the page's first lines (page.ts) have asked for while the program was on its way.

export interface Early {
  at: number;
  answers: Map<string, Promise<Response>>;
}
declare global {
  var marfacrmEarly: Early | undefined;
}

/** Once, and only while it is new; what was refused is asked again by whoever wants it. */
export async function taken(url: URL): Promise<Response | undefined> {
  const early = globalThis.marfacrmEarly;
  const answer = early?.answers.get(url.href);
  if (!early || !answer) return undefined;
  early.answers.delete(url.href);
  if (performance.now() - early.at > 10_000) return undefined;
  const response = await answer.catch(() => undefined);
  return response?.ok && !response.bodyUsed ? response : undefined;
}
