BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:first, $script:second, $script:third = New-HostHistory
    Remove-BackupSnapshot $first.SnapshotId -Confirm:$false
}

AfterAll {
    Exit-Sandbox
}

Describe 'Optimize-BackupRepository' {
    It 'takes days without quotes, which PowerShell takes for a number' {
        (Optimize-BackupRepository -TwoPhase -GracePeriod 2d -MaxDuration 90s -WhatIf).IsDryRun | Should -BeTrue
    }

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

    It 'does not take a time that is over for no limit' {
        $problem = { Optimize-BackupRepository -MaxDuration ([timespan]::FromMinutes(-1)) } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'ArgumentInvalid'
    }

    It 'can do it in two phases, and stop in time' {
        Invoke-Backup -ScriptBlock { 'of no use' * 1000 } -FileName useless | Out-Null
        Remove-BackupSnapshot latest -Confirm:$false
        Optimize-BackupRepository -TwoPhase -GracePeriod 0s -MaxUnused 0 -MaxDuration 1h | Out-Null
        Test-BackupRepository -ReadData | Should -BeTrue
        Optimize-BackupRepository -TwoPhase -GracePeriod 0s -MaxUnused 0 | Out-Null
        Test-BackupRepository -ReadData | Should -BeTrue
        @(Get-BackupSnapshot).Count | Should -Be 2
    }
}
