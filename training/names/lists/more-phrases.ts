/** More sentences to learn from: what people say of each other, and where names stand at the beginning or the end. */
export const MORE_PHRASES = `
{first} is late again.
{first} is my best friend.
{first} is an excellent engineer.
{first} is the new manager of the team.
{first} is here to see you.
{first} is not feeling well today.
{first} has a question about the budget.
{first} has been working here for years.
{first} was born in {year}.
{first} was very kind to us.
{first} wants to cancel the subscription.
{first} will send the documents tomorrow.
{first} would like to talk to you.
{first} can help you with that.
{first} loves to read books.
{first} and I went to school together.
{first} works with me at {org}.
{first} comes from {country}.
{first} lives in {city}.
{first} moved from {city} to {city} in {year}.
{first} thinks that the plan is risky.
{first} told me everything.
{first} sent the file to {first}.
{first} just called.
{first} asked about the delivery.
{first} didn't show up.
{first} doesn't like it.
{first}'s birthday is in {month}.
{first}'s car broke down near {city}.
{first}? Are you there?
{first}! Come here!
{first}, your table is ready.
{first}, what do you think?
{first} - please review.
{first}:\\nplease call back.
{last} won the match in {city}.
{last} has resigned.
{last} was the first to publish the result.
{last} scored twice in the second half.
{last} and {last} agreed on the terms.
{last}'s theory was rejected.
{person} is a famous writer.
{person} is the author of this report.
{person} is expected in {city} on {day}.
{person} was appointed to the board of {org}.
{person} was seen near {street}.
{person} joined {org} in {year}.
{person} plays the piano.
{person} died in {city} in {year}.
{person} and {person} founded {org} in {year}.
{person}'s latest album was a success.
{person}'s house is on {street}.
{person} lives on {street} in {city}
{person} resides at {address}
The song was written by {last}.
The theory goes back to {last}.
as {last} has shown
in the works of {last}
the late {last}
young {last} was sent to {city}
the great {person}
the famous painter {person}
the legendary {person} concert in {city}
the actress {person}
the singer {person} from {country}
Professor {last} of {org}
Senator {last} spoke in {city}.
Detective {last} closed the case.
President {last} visited {country}.
CEO {person} resigned.
Producer {person} and singer {person} met in {city}.
Engineer {person} inspected the plant.
Dr {last} prescribed antibiotics.
the patient, {person}, was discharged
our guest today is {person}
our accountant {person} will handle it
have you met {person}
do you know {first} {last}
who is {person}
who is {person}?
is this {first}?
This is {person} speaking.
This is {first} from {org}.
Good morning, this is {title} {last} from {org}.
Hello, I am {title} {person}.
hello my name is {title} {person}
it is under the name {person}
the booking is under {last}
the account belongs to {person}
the account holder is {person}
please change my name to {person}
my last name is {last}
my first name is {first}
my mother's maiden name is {last}
my full name is {person} and my address is {address}
i am {person}
i'm {first}
im {first}
call me {first}
yours, {first}
love, {first}
sent by {first}
ask for {first} at the desk
with {first} and {first}
for {person}
by {person}
to {person}
from {person}
{title} {person}, {address}
{person} {address}
{person}\\n{org}\\n{address}
{person}\\nSales Manager\\n{org}\\n{address}\\nPhone: {phone}
{person}, {org}, {city}
{org}\\n{address}\\n\\n{date}\\n\\nDear {title} {last},
{org} is based in {city}.
{org} was founded in {year}.
{org} is a software company from {country}.
{org} has hired {person}.
{org} employs {n} people in {city}.
{org} and {org} are competitors.
{org}'s new office is in {city}.
{org} sued {org}.
{org} said on {day} that sales rose.
{org}, {org} and {org}
I work at {org}
i bought it from {org}
we are customers of {org}
my employer is {org}
he was fired by {org}
a spokesman for {org}
shares in {org}
the {org} office in {city}
the {org} app
the president of {org}
recorded for {org}
{person} of {org}
{person} at {org}
{person} ({org}, {city})
{org}'s {person}
{country} has a new government.
{country} and {country} signed a treaty.
{country} is beautiful in {month}.
{city} is a large city in {country}.
{city} was hit by a storm.
{city}, {country}
the mayor of {city}
flights to {city}
trains from {city} to {city}
i moved to {city} from {country}
i want to visit {country}
we live near {city}
born in {city}
greetings from {country}
the trip to {country} was cancelled
the airport in {city}
the office is at {street}
the shop is located at {street}, {city}
the bus stops at {street}
the museum is on {street}
turn left on {street}
go to {street}
the letter was sent to {address}
please mail the card to {address}.
can you ship it to {address}?
What is your address?\\n{address}
Bot: where should we send it? User: {address}
Address: {address}
Home address: {address}
address={address}
our offices are at {address}
`
