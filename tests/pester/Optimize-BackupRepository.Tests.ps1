BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second, $script:third = New-HostHistory
}

AfterAll {
    Exit-Sandbox
}

Describe 'Optimize-BackupRepository' {
    It 'finds out what it would do' {
        $plan = Optimize-BackupRepository -MaxUnused 0% -WhatIf
        $plan.IsDryRun | Should -BeTrue
        $plan.SizeRemoved | Should -BeGreaterThan 0
    }

    It 'makes room, and leaves a sound repository' {
        $result = Optimize-BackupRepository -MaxUnused 0%
        $result.SizeAfter | Should -BeLessThan $result.SizeBefore
        Test-BackupRepository -ReadData | Should -BeTrue
    }
}
