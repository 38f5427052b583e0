import type { TopicWords } from './topic-of.js'

/** Illness, remedies and doses. */
export const MEDICAL_ADVICE: TopicWords = {
  telling: `medical advice, should I take my medication, is it safe to take, can I take ibuprofen, maximum daily dose,
    drug interactions, drug interaction, do I have cancer, is this rash, stop taking my medication, diagnose me,
    what dose should I take, what is my diagnosis, how many milligrams`,
  strong: `side effects, my doctor, prescription, prescribed, dosage, medication, medications, my symptoms, chest pain,
    blood pressure, antibiotics, antibiotic, amoxicillin, ibuprofen, paracetamol, acetaminophen, aspirin, insulin,
    antidepressant, antidepressants, ssri, chemotherapy, biopsy, contraindicated, diabetes, diabetic, hypertension,
    cholesterol, asthma, inhaler, migraine, migraines, statins, steroids, sore throat, shortness of breath,
    stomach pain, over the counter, blood test, pneumonia, infection, inflammation`,
  fair: `symptom, symptoms, diagnosis, diagnosed, doctor, physician, medicine, fever, rash, nausea, dizziness, headache,
    headaches, tumor, cancer, vaccine, vaccination, pregnant, pregnancy, surgery, swollen, allergy, allergic, dose,
    doses, painkiller, painkillers, cough, therapy, disease, illness`,
  weak: `treatment, pain, clinic, hospital, tablets, pills, mg, chronic, vitamin, supplements, patient, sick, injury`,
}

/** Disputes, rights and courts. */
export const LEGAL_ADVICE: TopicWords = {
  telling: `legal advice, can I sue, sue my landlord, sue my employer, statute of limitations, is it legal to,
    press charges, do I need a lawyer, what are my rights, file a lawsuit, plead guilty, breach of contract claim`,
  strong: `lawsuit, lawsuits, attorney, lawyer, lawyers, plaintiff, defendant, small claims, restraining order,
    breach of contract, wrongful termination, unfair dismissal, eviction, evict, power of attorney, probate, subpoena,
    misdemeanor, felony, child custody, prenup, prenuptial, copyright infringement, patent infringement,
    immigration lawyer, green card, sue, sued, suing, my rights, litigation, solicitor, barrister, personal injury,
    criminal record, legal action, legally binding`,
  fair: `divorce, custody, alimony, landlord, liable, negligence, damages, court, courts, judge, jury, injunction,
    deposition, trademark, defamation, slander, libel, bail, parole, arrested, settlement, notary, jurisdiction`,
  weak: `legal, legally, law, laws, contract, clause, liability, tenant, lease, witness, arbitration, statute, dispute,
    rights, visa`,
}

/** What to do with one's money. */
export const FINANCIAL_ADVICE: TopicWords = {
  telling: `financial advice, investment advice, should I invest, what should I invest in, should I buy bitcoin,
    which stocks should I buy, which stock should I buy, best stocks to buy, should I sell my shares, stock tips,
    guaranteed returns, guaranteed return, buy the dip, double my money, should I refinance`,
  strong: `invest, investing, stocks, stock market, mutual fund, mutual funds, index fund, index funds, etf, etfs,
    dividend, dividends, 401k, roth ira, day trading, options trading, forex, hedge fund, capital gains,
    financial advisor, financial adviser, bull market, bear market, cryptocurrency, cryptocurrencies, annuity,
    annuities, retirement savings, pension fund, debt consolidation, price target, short selling, brokerage,
    penny stocks, treasury bonds, investment portfolio, stock price`,
  fair: `mortgage, refinance, bitcoin, ethereum, crypto, investment, investments, investor, investors, credit score,
    net worth, savings account, interest rates, interest rate, pension, retirement, inflation, equities,
    tax deduction, shareholders, real estate, wealth, broker`,
  weak: `stock, shares, bonds, portfolio, fund, funds, loan, loans, market, trading, savings, profit, profits, returns,
    taxes, hedge, yield, risk`,
}
