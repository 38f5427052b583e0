/** Texts without anybody in them, written for this project: what starts with a capital, sounds like a name, or looks like an address. */
export const HARD_NEGATIVES = `
Please review the Terms of Service and the Privacy Policy before you continue.
The Quick Start Guide explains how to install the package on Linux and Windows.
Monday and Tuesday are fully booked; try Wednesday or Friday in March.
May I ask when the April release will be out? June or July at the latest.
Will this work on a Mac? Mark the checkbox and press Save.
Frank discussions are welcome. Grace periods last thirty days. Hope this helps!
Rose petals, Lily bulbs and Daisy chains are on sale this Summer.
The Bill was passed. Jack up the car. Rob the bank is a game. Sue them.
Faith, Hope and Charity. Joy to the world. An Angel in the Marble.
Chase the ball, Grant access, Pat the dog, Don your helmet.
Use the Chain Rule, the Mean Value Theorem and Newton steps.
GET /users/42 HTTP/1.1 returns 200 OK with Content-Type: application/json
INFO Starting Application on Port 8080
ERROR Failed to connect to Database after 3 Retries
WARN Deprecated Option used in Config File
class UserService extends BaseService implements Runnable {
public static void main(String[] args) { System.out.println("Hello World"); }
const UserProfile = ({ name, age }) => <Card title={name} />
def get_user_by_name(self, name: str) -> Optional[User]:
import React, { useState } from 'react'
SELECT Name, City FROM Customers WHERE Country = 'X' ORDER BY Name
type Backoff struct { Base time.Duration }
The HashMap and the LinkedList both implement Iterable.
TypeScript, JavaScript, Python and Rust are programming languages.
Click File, then Save As, and choose PDF.
Chapter 4: The Industrial Revolution
Table 3. Mean Values and Standard Deviations
Step 1: Preheat the Oven. Step 2: Mix the Flour with Butter and Sugar.
Lesson Plan: Introduction to Algebra
North and South poles are cold. The East wing is closed.
The Moon, Mars and Venus were visible. Jupiter has many moons.
BREAKING: Stocks rise as Inflation cools
TODO: Refactor the Parser. FIXME: Handle Unicode.
Added support for Streaming Responses in the Gateway.
Fixed a Bug where the Cache was not invalidated.
Changed the Default Timeout from 30 to 60 seconds.
Documented the Fallback Chain for large Payloads.
Kind of funny. Dear diary. Best practice. Hello world. Hi there! Hey all,
Dear Customer, Dear Sir or Madam, To whom it may concern,
Dear Team,\\n\\nPlease find the Agenda below.\\n\\nBest regards
Thanks in advance. Thanks a lot! Cheers everyone. Sincerely yours
Happy Birthday! Merry Christmas and a Happy New Year!
Yes. No. Maybe. Okay. Sure. Great! Nice. Perfect. Right. Absolutely.
I think Plan B is better than Plan A. Option C is out.
The Answer is 42. The Question remains. The Problem is the Weather.
Question: What is the Boiling Point of Water? Answer: 100 degrees Celsius.
Name: required. Address: optional. City: must be set. Phone: see below.
The customer must enter a name and an address in the form.
First Name and Last Name are mandatory Fields.
What is your name? Where do you live? Who is your manager?
my name is not important and my address is private
i live in a small flat with my dog and two cats
i am from the north and i love to cook
she is in love with her job, he is in charge of sales
The user asked the assistant to write a poem about Autumn.
Write a Haiku about the Ocean. Explain Quantum Computing like I am five.
Der Kunde hat das Paket am Montag erhalten. Die Rechnung liegt im Anhang.
Die Straße ist gesperrt. Der Platz im Norden der Stadt wird im Sommer umgebaut.
Bitte senden Sie das Formular an die zuständige Abteilung zurück.
Am Freitag findet die Besprechung im großen Saal statt. Bitte bringen Sie Unterlagen mit.
Der Vertrag wird zum Ende des Monats gekündigt. Die Frist beträgt vier Wochen.
Ich habe gestern ein neues Fahrrad gekauft und bin damit zur Arbeit gefahren.
Mit freundlichen Grüßen\\nIhr Kundendienst
Sehr geehrte Damen und Herren, vielen Dank für Ihre Anfrage.
Guten Tag, wie kann ich Ihnen helfen?
Die Versicherung übernimmt die Kosten für die Reparatur des Autos.
Das Wetter wird am Wochenende schön. Im Winter fällt Schnee in den Bergen.
La réunion aura lieu mardi prochain. Le Conseil a voté la Loi.
Veuillez trouver ci-joint la facture du mois de Janvier.
Bonjour, comment puis-je vous aider ? Merci beaucoup et bonne journée.
Madame, Monsieur,\\nVeuillez agréer mes salutations distinguées.
Le Service Client est ouvert du Lundi au Vendredi.
La rue est fermée à cause des travaux. Il fait beau dans le Sud.
El Gobierno aprobó la Ley en Abril. La reunión será el Lunes.
Buenos días, ¿en qué puedo ayudarle? Muchas gracias por su mensaje.
Estimado cliente: adjuntamos la factura del mes de Enero.
La calle está cerrada por obras. El Sur es más cálido que el Norte.
Buongiorno, come posso aiutarla? Grazie mille e buona giornata.
La riunione si terrà Martedì. Il Comune ha chiuso la strada.
Goedemorgen, hoe kan ik u helpen? De vergadering is op Dinsdag.
Dzień dobry, w czym mogę pomóc? Spotkanie odbędzie się w Środę.
Bom dia, como posso ajudar? A reunião será na Segunda-feira.
Version 4.2 (Stable) was released on 12 March. See Release Notes.
Order 4711 was shipped on Monday. Tracking will follow by Friday.
The Total is 1200 Euro. VAT of 19 percent is included.
12 Monkeys is a film. 24 Hours later, 7 Wonders, 5 Star Service.
Room 12 on Floor 3. Building 7 has 40 Units. Suite talk.
30 Street signs were stolen. 12 Road bikes, 5 Lane highway, 3 Way valve.
The main street was full of people. A long road ahead. Court is in session.
He lives down the road. The park is near the lake. The bank is closed today.
Open the door on the north side of the building.
The university has a new library. The hospital near the river was closed.
A drive through the forest, a walk along the beach.
The Company shall notify the Supplier within ten Business Days.
The Parties agree that this Agreement is governed by State law.
The Board of Directors approved the Annual Report and the Budget.
Human Resources, Legal, Finance and Marketing must sign off.
Our Support Team is available around the clock. Visit the Help Center.
Artificial Intelligence and Machine Learning are buzzwords.
Large Language Models predict the next token. Prompt Engineering is a skill.
Kubernetes, Docker, Envoy, Terraform and Ansible are tools.
PostgreSQL, Redis and Kafka store data. Nginx serves files.
Vitamin C and Omega 3. Type 2 Diabetes. Stage IV. Covid tests.
The Big Bang, the Cold War and the Middle Ages.
Pride and Prejudice. War and Peace. Crime and Punishment.
Capital letters such as Wisdom and Virtue often look like names.
CAN I TALK TO A HUMAN? I AM VERY ANGRY ABOUT THIS SERVICE!
WHY IS MY CARD BLOCKED? PLEASE HELP ME NOW.
THIS AGREEMENT IS MADE BETWEEN THE PARTIES LISTED BELOW.
IMPORTANT NOTICE: READ CAREFULLY BEFORE USE
CALL NOW! LIMITED OFFER! FREE SHIPPING ON ALL ORDERS!
Spring Boot, Java Beans, Ruby on Rails, Swift and Go.
Apple pie, Orange juice, Turkey sandwich, China plates, Java coffee.
Good Morning! Good Night. See You Later. Talk Soon.
Calories: 250. Protein: 12 g. Fat: 8 g. Sugar: 4 g.
Ingredients: Flour, Sugar, Butter, Eggs, Milk, Salt
Objective: Increase Sales by 10 percent. Key Result: Close 5 Deals.
Pros: Fast, Cheap. Cons: Noisy, Heavy.
Reading Time: 5 minutes. Difficulty: Easy. Category: Travel
Home | About | Contact | Blog | Login | Sign Up
Breakfast is at Eight. Lunch is at Noon. Dinner is at Seven.
Never trust Hype. Always test Backups. Keep Calm and Carry On.
Patient reports Headache and Nausea. Blood Pressure is normal.
Physical Therapy twice a week. MRI of the Left Knee ordered.
The Senior Engineer and the Product Manager met with the Designer.
The President and the Prime Minister discussed the Budget.
Mom and Dad are coming. Grandma bakes cookies. Uncle and Aunt visit.
`
