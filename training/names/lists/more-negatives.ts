/** More texts without anybody in them: prose of languages that write nouns with capitals, of programs and their records, and of everyday requests. */
export const MORE_NEGATIVES = `
Der Antrag muss bis zum Ende der Woche bei der Behörde eingereicht werden.
Die Bestellung wurde bestätigt und wird in den nächsten Tagen verschickt.
Vor dem Einschalten ist das Kabel mit der Steckdose zu verbinden.
Nach dem Essen gehen die Kinder in den Garten und spielen mit dem Ball.
Ein Teil der Kosten wird von der Krankenkasse getragen, der Rest vom Patienten.
Der Termin beim Zahnarzt wurde auf nächsten Mittwoch verschoben.
Meine Frau und ich suchen eine Wohnung mit Balkon und Garage.
Die Ergebnisse der Umfrage zeigen, dass viele Menschen den Verkehr als Problem sehen.
Bei Fragen wenden Sie sich bitte an den Kundenservice.
Schreiben Sie einen kurzen Text über die Bedeutung des Waldes für das Klima.
Die Entwicklung der Preise hängt von der Nachfrage und dem Angebot ab.
Im Anhang finden Sie den Lebenslauf, das Zeugnis und ein Foto.
Der Empfänger hat die Annahme verweigert. Das Paket geht an den Absender zurück.
Auf dem Tisch liegen Messer, Gabel, Löffel und Teller.
Beim Umzug über das Wochenende ging ein Karton mit Büchern verloren.
Für den Kuchen braucht man Mehl, Zucker, Butter, Eier und Milch.
Unsere Öffnungszeiten: Montag bis Freitag von neun bis achtzehn Uhr.
Das Gesetz tritt am ersten Januar in Kraft. Der Bundestag hat zugestimmt.
Diese Funktion gibt eine Liste von Objekten zurück.
Guten Morgen zusammen, die Besprechung beginnt in zehn Minuten.
Mein Vater ist Lehrer, meine Mutter ist Ärztin. Wir haben einen Hund und zwei Katzen.
Das Buch handelt von einem Mann, der auf einer Insel lebt.
Welche Vorteile hat eine Wärmepumpe gegenüber einer Gasheizung?
Wie hoch ist die Mehrwertsteuer auf Lebensmittel?
Der Server antwortet nicht. Bitte prüfen Sie die Verbindung zum Netzwerk.
Das Angebot gilt nur solange der Vorrat reicht.
Les travaux commenceront au mois de juin et dureront trois semaines.
Le Président de la République a reçu le Premier ministre.
La Commission a publié son rapport sur la qualité de l'air.
Le Sénat examine le projet de loi sur les retraites.
Nous vous remercions de votre confiance et restons à votre disposition.
Écrivez un poème sur l'automne et les feuilles mortes.
Quelle est la différence entre un contrat à durée déterminée et indéterminée ?
L'Assemblée générale se tiendra dans la grande salle.
Mon père est boulanger et ma mère travaille à l'hôpital.
Ajoutez la farine, le sucre et les œufs, puis mélangez.
El Congreso debatió la reforma de la Constitución.
Nuestro horario de atención es de lunes a viernes.
Le informamos de que su pedido ha sido enviado.
¿Cuál es la diferencia entre el pretérito y el imperfecto?
Escribe un cuento sobre un perro que quería volar.
El Ministerio publicó las nuevas normas sobre el tráfico.
Mi padre es carpintero y mi madre trabaja en una tienda.
Il Governo ha approvato il decreto. Il Senato voterà domani.
Scrivi una breve storia su un gatto curioso.
La informiamo che il suo ordine è stato spedito.
Qual è la differenza tra un sostantivo e un verbo?
De Tweede Kamer stemt over het voorstel. De minister is tevreden.
Schrijf een kort verhaal over een verdwaalde hond.
Uw bestelling is verzonden en komt morgen aan.
Rząd przyjął ustawę. Ministerstwo opublikowało raport.
Napisz krótki wiersz o jesieni.
O Governo aprovou a lei. O Ministério publicou o relatório.
Escreva um poema sobre o mar e o vento.
Explain the Law of Supply and Demand in simple Words.
Which Planet has the most Moons?
Create a Table with three Columns: Item, Quantity and Price.
Rewrite the following Paragraph in a formal Tone.
List five Benefits of regular Exercise.
Act as a Travel Guide and suggest Places to eat.
Convert this Function from Java to Python.
Fix the Bug in the Login Form. The Button does nothing.
The Dashboard shows the Number of Requests per Minute.
Press Enter to continue or Escape to cancel.
Select All, Copy, Paste, Undo and Redo are in the Edit Menu.
Settings > Account > Notifications > Email
Sign in with your Work Account. Forgot Password? Reset it here.
Helm Charts, Ansible Playbooks and Jenkins Pipelines are versioned.
Hadoop, Spark, Flink, Airflow and Cassandra are Apache projects.
Elasticsearch, Logstash and Kibana form the ELK Stack.
React, Vue, Svelte and Angular render the Page.
Maven, Gradle, Webpack, Vite and Babel build the Code.
Pandas, Numpy and Jupyter are used for Data Science.
INFO [main] Application Started in 3.2 seconds
DEBUG Scheduler Picked Job 17 from Queue
2024-01-02 10:11:12 WARN Pool Exhausted, Waiting for Connection
at Object.Invoke (Module.Load:12:3)
Traceback (most recent call last): ValueError: Invalid Literal
panic: runtime error: index out of range
kernel: CPU0 Temperature Above Threshold
Job Failed with Exit Code 137 (Out of Memory)
Mounted Volume Data at Path Storage
func (s *Server) Handle(w Writer, r *Request) error { return nil }
public class Order { private final Customer customer; private Address address; }
if (user.Name == null || user.City == null) throw new Error()
interface Props { Title: string; Children: Node }
let total = Math.Round(Price * Quantity)
enum Color { Red, Green, Blue }
#define MAX_LENGTH 128
# Heading One\\n## Heading Two\\nSome Text
- Item One\\n- Item Two\\n- Item Three
| Name | Type | Default |
| Timeout | Duration | 30s |
**Note:** The Default Value is False.
Table of Contents: Installation, Configuration, Usage, License
Released under the Apache License, Version 2.0
Copyright Notice and Disclaimer of Warranty
This Product includes Software developed by the Community.
Once upon a Time there was a King who had three Daughters.
The Captain ordered the Crew to lower the Sails.
The Doctor told the Patient to rest. The Nurse brought Water.
The Judge asked the Witness to speak up. The Jury listened.
The Teacher praised the Students for their Work.
Spring came early. Winter was long. Summer will be hot.
Sunday Brunch, Friday Night, Saturday Morning Cartoons
Black Friday Deals and Cyber Monday Offers
Full Moon tonight. High Tide at Noon. Heavy Rain expected.
Red Wine, White Bread, Green Tea, Blue Cheese
Please Note: All Sales are Final. No Refunds.
Q1 Revenue rose. Q2 Guidance is unchanged. EBITDA improved.
The GDP, the CPI and the ECB rate are Indicators.
HTTP, HTML, CSS, JSON, YAML and XML are Formats.
The CEO and the CFO will join the Call. HR will send the Invite.
`
