import type { TopicWords } from './topic-of.js'

/** Parties, elections and what they are fought over; no names of people, which do not last. */
export const POLITICS: TopicWords = {
  telling: `who should I vote for, vote for the president, political opinion, political opinions, your political views,
    gun control laws, immigration policy, abortion ban, abortion rights, left wing politics, right wing politics,
    rigged election, stolen election, election fraud, voter fraud, voter suppression, regime change`,
  strong: `democrats, republicans, tories, labour party, conservative party, republican party, democratic party,
    left wing, right wing, far right, far left, political party, political parties, politician, politicians, politics,
    presidential election, general election, midterm elections, prime minister, referendum, impeachment, impeached,
    gun control, pro life, pro choice, foreign policy, partisan, bipartisan, gerrymandering, brexit, head of state,
    swing states, electoral college, ruling party, opposition party, culture war, border wall`,
  fair: `election, elections, voter, voters, ballot, ballots, senator, senators, congressman, congresswoman, parliament,
    presidential, white house, abortion, socialism, communism, fascism, populism, populist, lobbying, lobbyist, senate,
    congress, liberals, conservatives, democrat, republican, geopolitics, geopolitical, filibuster, immigrants,
    tax cuts, welfare state, coup`,
  weak: `political, president, government, vote, voting, campaign, liberal, conservative, legislation, supreme court,
    capitalism, protest, protests, minister, policy makers, governor, regime, democracy, immigration`,
}
