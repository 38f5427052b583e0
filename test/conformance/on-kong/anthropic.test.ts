import './choose.js'
import '../anthropic.test.js'
