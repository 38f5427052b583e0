import './choose.js'
import '../shared-budgets.test.js'
