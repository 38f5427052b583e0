import type { TopicWords } from './topic-of.js'

/** Suicide, injuring oneself and disordered eating. */
export const SELF_HARM: TopicWords = {
  telling: `kill myself, killing myself, killed myself, end my life, ending my life, take my own life,
    taking my own life, commit suicide, committing suicide, suicidal, suicide method, suicide methods, suicide note,
    want to die, wanna die, wish I was dead, wish I were dead, better off dead, better off without me, hang myself,
    hanging myself, shoot myself, drown myself, cut myself, cutting myself, cut my wrists, slit my wrists, hurt myself,
    hurting myself, harm myself, harming myself, self harm, self harming, self injury, starve myself,
    starving myself, painless way to die, painless death, ways to kill yourself, kill yourself, kys,
    no reason to live, nothing to live for, do not want to live, dont want to live, dont want to be alive,
    not want to be alive, burn myself on purpose, make myself throw up, pro ana, thinspo`,
  strong: `suicide, self destructive, suicide attempt, noose, overdose on, overdosing, lethal dose, anorexia, anorexic,
    bulimia, bulimic, purging, jump off a bridge, jump in front of a train, can not go on, cant go on,
    end it all, make it all stop, crisis line, suicide hotline`,
  fair: `overdose, hopeless, worthless, self hatred, hate myself, hate my life, razor blade, razor blades, scars,
    depressed, numb`,
  weak: `depression, despair, pills, lonely, wrists, bleeding, unbearable, burden, die, dying`,
}
