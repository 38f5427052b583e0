import type { TopicWords } from './topic-of.js'

/** Firearms, explosives and weapons of war. */
export const WEAPONS: TopicWords = {
  telling: `build a bomb, make a bomb, making a bomb, build a gun, make a gun, pipe bomb, pipe bombs, nail bomb,
    improvised explosive device, improvised explosive, ghost gun, ghost guns, 3d printed gun, 3d printed guns,
    3d print a gun, untraceable gun, untraceable firearm, fully automatic conversion, auto sear, dirty bomb,
    nerve agent, nerve agents, nerve gas, sarin, chemical weapon, chemical weapons, biological weapon,
    biological weapons, bioweapon, bioweapons, molotov cocktail, molotov cocktails, bump stock, pressure cooker bomb,
    make explosives, homemade explosives, weapons grade, mustard gas`,
  strong: `explosive, explosives, firearm, firearms, rifle, rifles, handgun, handguns, shotgun, shotguns, pistol,
    pistols, ammunition, ammo, grenade, grenades, detonator, detonators, gunpowder, black powder, thermite, semtex,
    tatp, anfo, ammonium nitrate, landmine, landmines, warhead, warheads, machine gun, machine guns, submachine gun,
    assault rifle, ar 15, ak 47, glock, body armor, hollow point, gun silencer, blasting cap, blasting caps, switchblade`,
  fair: `bomb, bombs, gun, guns, weapon, weapons, weaponry, bullets, shrapnel, silencer, machete, sniper, caliber,
    ballistic, artillery, torpedo, gunsmith`,
  weak: `bullet, missile, missiles, knife, knives, ballistics, arsenal, suppressor, detonate, detonated, fuse, shooting,
    trigger, holster`,
}
