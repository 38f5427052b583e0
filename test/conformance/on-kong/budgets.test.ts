import './choose.js'
import '../budgets.test.js'
