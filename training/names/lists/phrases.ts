/** Sentences to learn from, written for this project; `{slot}` is filled by `fill.ts`. */
export const PHRASES = `
My name is {person}.
my name is {person} and i live in {city}
Hi, I'm {first} from {org}.
Hi {first},\\n\\nthank you for your message. I will call you on {day}.\\n\\nBest regards,\\n{person}
Dear {title} {last},\\n\\nWe are pleased to offer you the position at {org} in {city}.\\n\\nSincerely,\\n{person}
Hello {person}, your order has been shipped to {address}.
{first}, can you send me the report?
Thanks, {first}! See you on {day}.
Regards,\\n{person}\\n{org}\\n{city}
Kind regards\\n\\n{person}
Best,\\n{first}
Please contact {person} at {email} or {phone}.
Contact: {person}, {phone}
Name: {person}\\nCity: {city}\\nCountry: {country}
Full name: {person}\\nDate of birth: {date}\\nAddress: {address}
Patient: {person}\\nDOB: {date}\\nDiagnosis: hypertension
Customer name: {person}. Ship to: {address}.
First name: {first}\\nLast name: {last}\\nEmail: {email}
{"name": "{person}", "city": "{city}", "email": "{email}"}
{"first_name": "{first}", "last_name": "{last}", "country": "{country}"}
name,city,company\\n{person},{city},{org}\\n{person},{city},{org}
| {person} | {city} | {n} |
- {person} ({org})
- {person}: {n} hours
1. {person}\\n2. {person}\\n3. {person}
Attendees: {person}, {person}, {person} and {person}
cc: {person}; {person}
From: {person} <{email}>\\nTo: {person} <{email}>\\nSubject: Meeting on {day}
On {day}, {person} wrote:
"I don't think so," said {first}.
{first} said that {first} had already left for {city}.
{person} told reporters in {city} on {day} that talks would continue.
According to {person}, a spokesperson for {org}, the deal was worth {n} million dollars.
{person}, {n}, of {city}, was arrested on {day}.
I spoke with {first} yesterday about {org}.
Did {first} call you back?
have you seen {first} today?
can you ask {person} to call me back
i talked to {first} and {first} about it
please tell {first} i'll be late
Ask {first} {last} whether the invoice from {org} has been paid.
{first}'s mother lives in {city}.
We met {first} and {first} in {city} last summer.
{first} and {first} {last} have moved to {country}.
Give the keys to {first}.
The contract between {org} and {org} was signed by {person}.
{org} announced that {person} would become its new chief executive.
{org} is hiring in {city} and {city}.
I used to work at {org} before I joined {org}.
She studied at the University of {city}.
He works for {org} in {city}, {country}.
{org} has acquired {org} for {n} million.
Shares of {org} fell {n} percent on {day}.
The {org} headquarters are in {city}.
Our supplier {org} has not answered.
Invoice from {org}, {address}
Payment to {org} was declined.
Please write an email to {person} about the contract with {org}.
Summarize the call between {first} and the customer {person} from {org}.
Translate this letter from {person} to {person} into German.
Draft a reference letter for {person}, who worked at {org} until {month}.
Remind {first} that the meeting with {title} {last} is on {day}.
{title} {last} is not in the office today.
{title} {person} will see you now.
I have an appointment with {title} {last} at {n}.
Ms. {last} and Mr. {last} signed the lease for {address}.
My doctor is {title} {last} at the {city} hospital.
My sister {first} is getting married in {city}.
my brother {first} lives in {country}
My husband {first} and I are looking for a house in {city}.
I live in {city}.
I live at {address}.
I was born in {city}, {country}.
We are flying from {city} to {city} on {day}.
The weather in {city} is nice.
What is the best restaurant in {city}?
how far is {city} from {city}
Send it to {address}.
My address is {address}
my new address is {address}
Deliver to:\\n{person}\\n{address}
Billing address: {address}
Ship to {person}, {address}
The accident happened on {street} near {street}.
Meet me at {street} at {n}.
The store at {street} in {city} closes at nine.
Take the bus to {street}.
Witness {person} ({n}) lives at {address}.
{person} was born on {date} in {city}.
{person} ({year}-{year}) was a painter from {city}.
Directed by {person}, starring {person} and {person}.
A novel by {person}
Written by {person}
Author: {person}
Signed-off-by: {person} <{email}>
Co-authored-by: {person} <{email}>
Reviewed-by: {person}
assigned to {person}
@author {person}
Copyright (c) {year} {person}
User {person} has logged in from {country}.
The user {first} {last} requested access.
Employee {person} (id {n}) reports to {person}.
Tenant: {person}, {address}
Bot: What is your name?\\nUser: {person}
Agent: May I have your full name?\\nCustomer: Yes, it's {person}.
User: my name is {first}\\nAssistant: Nice to meet you, {first}!
{first}: hey, are you there?\\n{first}: yes, one moment
[10:42] {first}: I'll be in {city} tomorrow
{person}: Good morning, everyone.
Q: Who wrote this?\\nA: {person}
Is {first} coming with us to {country}?
{person} from {city}
{city}, {date}
{city}
{country}
{person}
{org}
{address}
Ich heiße {person} und wohne in {city}.
Mein Name ist {person}.
Sehr geehrter Herr {last},\\n\\nvielen Dank für Ihre Nachricht.\\n\\nMit freundlichen Grüßen\\n{person}
Sehr geehrte Frau {last},\\nanbei erhalten Sie die Rechnung der {org}.
Hallo {first}, kannst du mir bitte die Adresse von {person} schicken?
Liebe {first}, danke für deinen Brief aus {city}.
{person} arbeitet bei der {org} in {city}.
Herr {last} wohnt in der {street}.
Die Firma {org} aus {city} hat angerufen.
Bitte liefern Sie an {person}, {address}.
Meine Adresse lautet {address}
Frau {last} und Herr {last} treffen sich in {city}.
Der Patient {person}, geboren am {date}, klagt über Kopfschmerzen.
Viele Grüße aus {city}\\n{first}
Wir fahren nach {city} und dann nach {country}.
Je m'appelle {person} et j'habite à {city}.
Bonjour {first}, pouvez-vous m'envoyer le dossier de {person} ?
Cher Monsieur {last},\\nJe vous remercie de votre courrier.\\nCordialement,\\n{person}
Chère Madame {last},
{person} travaille chez {org} à {city}.
Mon adresse est {address}
Monsieur {last} habite à {city}.
La société {org} est basée à {city}.
Nous partons pour {city} avec {first}.
Le patient {person}, né le {date} à {city}
Me llamo {person} y vivo en {city}.
Hola {first}, ¿puedes llamar a {person}?
Estimado señor {last}:\\nLe escribo de parte de {org}.\\nSaludos,\\n{person}
Estimada señora {last},
{person} trabaja en {org} en {city}.
Mi dirección es {address}
La empresa {org} tiene su sede en {city}.
Viajamos de {city} a {city} con {first}.
El paciente {person} nació en {city}, {country}.
Mi chiamo {person} e abito a {city}.
Ciao {first}, puoi chiamare {person}?
Gentile signor {last},\\nla ringrazio per la sua lettera.\\nCordiali saluti,\\n{person}
{person} lavora per {org} a {city}.
Il mio indirizzo è {address}
Ik heet {person} en woon in {city}.
Beste {first}, kun je {person} even bellen?
Geachte heer {last},\\nMet vriendelijke groet,\\n{person}
Mijn adres is {address}
{person} werkt bij {org} in {city}.
Nazywam się {person} i mieszkam w {city}.
Szanowny Panie {last},\\nZ poważaniem\\n{person}
Mój adres to {address}
Meu nome é {person} e moro em {city}.
Olá {first}, você pode ligar para {person}?
Prezado senhor {last},\\nAtenciosamente,\\n{person}
Jag heter {person} och bor i {city}.
Jeg hedder {person} og bor i {city}.
Nimeni {person}, asun {city}.
Jmenuji se {person} a bydlím v {city}.
A nevem {person}, {city} városában élek.
Mă numesc {person} și locuiesc în {city}.
{pinyin} and {pinyin} went to {city} on {day}.
[SMS] {pinyin}: are you free this evening?
{title} {pinyinlast} said the report was ready.
{role} {pinyinlast} helped me with the paperwork.
{role} {first} sent me a photo from {city}.
{role} {last} asked for the budget.
My {lowrole} {person} works at {org}.
I paid with {org} yesterday.
Open {org} and search for {city}.
{org}: your parcel has arrived.
The {nation} team of {org} visited {city}.
{first} speaks {nation} and lives in {country}.
`
