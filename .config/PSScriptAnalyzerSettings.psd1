@{
    # Passwords of tests are no secrets; what Pester's blocks share looks unused to the analyzer; the tests' helpers need no -WhatIf;
    # build.ps1 and run.ps1 talk to people.
    ExcludeRules = @(
        'PSAvoidUsingConvertToSecureStringWithPlainText'
        'PSAvoidUsingWriteHost'
        'PSUseDeclaredVarsMoreThanAssignments'
        'PSUseShouldProcessForStateChangingFunctions'
    )
    Rules        = @{
        PSUseCorrectCasing         = @{ Enable = $true }
        PSUseConsistentIndentation = @{ Enable = $true; IndentationSize = 4 }
    }
}
