BeforeAll {
    . $PSScriptRoot/common.ps1
}

Describe 'Test-BackupRepository' {
    BeforeAll {
        Enter-Sandbox
        New-TestRepository | Out-Null
        Invoke-Backup ./documents | Out-Null
    }
    AfterAll { Exit-Sandbox }

    It 'is true for a sound repository' {
        Test-BackupRepository | Should -BeTrue
        $report = Test-BackupRepository -ReadData -Detailed
        $report.IsHealthy | Should -BeTrue
        $report.PacksRead | Should -Be $report.PackCount
        (Test-BackupRepository -ReadDataSubset 1/1 -Detailed).PacksRead | Should -Be $report.PackCount
    }

    It 'refuses what contradicts itself or makes no sense' {
        Get-ErrorId ({ Test-BackupRepository -ReadData -ReadDataSubset 1/2 } | Should -Throw -PassThru) | Should -Be 'ArgumentInvalid'
        Get-ErrorId ({ Test-BackupRepository -ReadDataSubset much } | Should -Throw -PassThru) | Should -Be 'ArgumentInvalid'
    }

    It 'is false for a damaged one, and says what is wrong; a repair saves what is left' {
        $pack = Get-ChildItem -Path ./backup/data -Recurse -File | Sort-Object Length -Descending | Select-Object -First 1
        Remove-Item -LiteralPath $pack.FullName -Force
        Test-BackupRepository -ErrorAction SilentlyContinue -ErrorVariable problems | Should -BeFalse
        Get-ErrorId $problems[0] | Should -Be 'PackMissing'
        $problems[0].CategoryInfo.Category | Should -Be 'InvalidData'
        (Test-BackupRepository -Detailed -ErrorAction SilentlyContinue).DamagedPacks | Should -Be $pack.Name

        (Repair-BackupRepository -WhatIf).HasChanges | Should -BeTrue
        $repair = Repair-BackupRepository -Confirm:$false
        $repair.HasLosses | Should -BeTrue
        Repair-BackupRepository -Snapshot * -RemoveReplaced -Confirm:$false -WarningAction SilentlyContinue | Out-Null
        Test-BackupRepository | Should -BeTrue
    }
}

Describe 'Unlock-BackupRepository' {
    BeforeAll {
        Enter-Sandbox
        New-TestRepository | Out-Null
    }
    AfterAll { Exit-Sandbox }

    It 'removes nothing where nothing is locked' {
        (Unlock-BackupRepository).LocksRemoved | Should -Be 0
    }

    It 'removes locks of those who still work with -Force only' -Skip:($IsWindows) {
        $shell = New-Shell
        $shell.AddScript("Connect-BackupRepository ./backup -Password (ConvertTo-SecureString 'correct horse battery staple' -AsPlainText -Force) | Out-Null; Invoke-Backup -Command sh, -c, 'while :; do echo line; done' -FileName endless.txt") | Out-Null
        $running = $shell.BeginInvoke()
        try {
            while (-not (Get-Lock) -and -not $running.IsCompleted) { [Threading.Thread]::Sleep(20) }
            (Unlock-BackupRepository).LocksRemoved | Should -Be 0
            $problem = { Optimize-BackupRepository } | Should -Throw -PassThru
            Get-ErrorId $problem | Should -Be 'RepositoryLocked'
            $problem.CategoryInfo.Category | Should -Be 'ResourceBusy'
            (Unlock-BackupRepository -Force).LocksRemoved | Should -Be 1
        }
        finally {
            $shell.Stop()
            $shell.Dispose()
        }
    }
}

Describe 'Keys' {
    BeforeAll {
        Enter-Sandbox
        New-TestRepository | Out-Null
        $script:second = ConvertTo-SecureString -String 'second' -AsPlainText -Force
        $script:third = ConvertTo-SecureString -String 'third' -AsPlainText -Force
    }
    AfterAll { Exit-Sandbox }

    It 'are added, and open the repository' {
        $key = New-BackupKey -NewPassword $second
        $key.IsCurrent | Should -BeFalse
        @(Get-BackupKey).Count | Should -Be 2
        (Connect-BackupRepository ./backup -Password $second -NotDefault).IsConnected | Should -BeTrue
    }

    It 'are replaced' {
        $before = (Get-BackupKey | Where-Object IsCurrent).KeyId
        $key = Set-BackupKey -NewPassword $third -PassThru
        $key.KeyId | Should -Not -Be $before
        $key.IsCurrent | Should -BeTrue
        $problem = { Connect-BackupRepository ./backup -Password $Password } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'PasswordIncorrect'
    }

    It 'are removed, but not the one in use' {
        $current = Get-BackupKey | Where-Object IsCurrent
        Remove-BackupKey $current.KeyId -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-ErrorId $problems[0] | Should -Be 'ArgumentInvalid'
        Get-BackupKey | Where-Object IsCurrent -EQ $false | Remove-BackupKey -Confirm:$false
        (Get-BackupKey).KeyId | Should -Be $current.KeyId
    }

    It 'may not be empty, and are not changed with -WhatIf' {
        $problem = { New-BackupKey -NewPassword ([securestring]::new()) } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'PasswordRequired'
        New-BackupKey -NewPassword $second -WhatIf
        Set-BackupKey -NewPassword $second -WhatIf
        @(Get-BackupKey).Count | Should -Be 1
    }
}
