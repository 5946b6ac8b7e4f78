BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    Invoke-Backup ./documents | Out-Null
}

AfterAll {
    Exit-Sandbox
}

Describe 'Repair-BackupRepository' {
    BeforeEach {
        if (Test-Path -LiteralPath ./sound) {
            Remove-Item -LiteralPath ./backup -Recurse -Force
            Copy-Item -LiteralPath ./sound -Destination ./backup -Recurse
        }
        else {
            Copy-Item -LiteralPath ./backup -Destination ./sound -Recurse
        }
    }

    It 'finds nothing to do in a sound repository' {
        (Repair-BackupRepository -Confirm:$false).HasChanges | Should -BeFalse
    }

    It 'makes an index that was lost anew' {
        Get-ChildItem -Path ./backup/index -File | Remove-Item -Force
        Test-BackupRepository -ErrorAction SilentlyContinue | Should -BeFalse
        $repair = Repair-BackupRepository -Index -ReadEveryPack -Confirm:$false
        $repair | Should -BeOfType 'Backup.PowerShell.Output.RepairResult'
        $repair.HasChanges | Should -BeTrue
        $repair.HasLosses | Should -BeFalse
        Test-BackupRepository -ReadData | Should -BeTrue
    }

    It 'makes snapshots of what is left when a pack is gone' {
        Get-ChildItem -Path ./backup/data -Recurse -File | Sort-Object Length -Descending | Select-Object -First 1 | Remove-Item -Force
        $state = Get-State ./backup
        (Repair-BackupRepository -WhatIf).HasChanges | Should -BeTrue
        Get-State ./backup | Should -Be $state
        (Repair-BackupRepository -Confirm:$false).HasLosses | Should -BeTrue
        $repair = Repair-BackupRepository -Snapshot * -RemoveReplaced -Confirm:$false -WarningAction SilentlyContinue
        $repair.Snapshots.Count | Should -Be 1
        Test-BackupRepository | Should -BeTrue
    }

    It 'saves what is sound of a damaged pack, and keeps a copy' {
        $pack = Get-ChildItem -Path ./backup/data -Recurse -File | Sort-Object Length -Descending | Select-Object -First 1
        $bytes = [IO.File]::ReadAllBytes($pack.FullName)
        $bytes[10] = $bytes[10] -bxor 255
        Remove-Item -LiteralPath $pack.FullName -Force
        [IO.File]::WriteAllBytes($pack.FullName, $bytes)
        $damaged = (Test-BackupRepository -ReadData -Detailed -ErrorAction SilentlyContinue).DamagedPacks
        $damaged | Should -Be $pack.Name
        $repair = Repair-BackupRepository -PackId $damaged -CopyTo ./copies -Confirm:$false -WarningAction SilentlyContinue
        $repair.Packs | Should -Be $pack.Name
        Get-ChildItem -Path ./copies -Recurse -File | Should -Not -BeNullOrEmpty
        $pack.FullName | Should -Not -Exist
    }

    It 'asks by default' {
        $state = Get-State ./backup
        pwsh -NoProfile -NonInteractive -Command "Import-Module '$Manifest'; `$env:BACKUP_PASSWORD_FILE = '$Sandbox/password'; Repair-BackupRepository -Repository '$Sandbox/backup'" 2>&1 | Out-Null
        $LASTEXITCODE | Should -Be 1
        Get-State ./backup | Should -Be $state
    }

    It 'makes a snapshot of what none leads to' {
        Repair-BackupRepository -Orphan -WhatIf | Should -BeNullOrEmpty
        Get-ChildItem -Path ./backup/snapshots -File | Remove-Item -Force
        $repair = Repair-BackupRepository -Orphan -Confirm:$false
        $repair.Kind | Should -Be 'Orphan'
        $repair.HasChanges | Should -BeTrue
        (Get-BackupItem $repair.SnapshotId -Recurse -File).Name | Should -Contain 'report.txt'
        (Repair-BackupRepository -Orphan -Confirm:$false).HasChanges | Should -BeFalse
    }

    It 'makes a config that was lost anew, which cuts files as another repository does' {
        (Repair-BackupRepository -Config -Password $Password -Confirm:$false).HasChanges | Should -BeFalse
        $other = New-BackupRepository ./other -Password $Password -NotDefault
        $snapshot = (Get-BackupSnapshot latest).SnapshotId
        Disconnect-BackupRepository
        Remove-Item -LiteralPath ./backup/config -Force
        Get-ErrorId ({ Connect-BackupRepository ./backup -Password $Password } | Should -Throw -PassThru) | Should -Be 'RepositoryDamaged'
        $state = Get-State ./backup
        Repair-BackupRepository -Config -Repository ./backup -Password $Password -WhatIf | Should -BeNullOrEmpty
        $wrong = ConvertTo-SecureString -String 'wrong' -AsPlainText -Force
        $problem = { Repair-BackupRepository -Config -Repository ./backup -Password $wrong -Confirm:$false } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'PasswordIncorrect'
        Get-State ./backup | Should -Be $state
        $repair = Repair-BackupRepository -Config -Repository ./backup -Password $Password -CopyChunkerFrom $other -Confirm:$false
        $repair.Kind | Should -Be 'Config'
        $repair.HasChanges | Should -BeTrue
        $repair.Repository | Should -Be "$Sandbox/backup"
        $backup = Connect-BackupRepository ./backup -Password $Password
        (Get-BackupSnapshot latest).SnapshotId | Should -Be $snapshot
        Test-BackupRepository -ReadData | Should -BeTrue
        (Invoke-Backup ./documents -Repository $backup, $other).Status | Should -Be 'Succeeded', 'Succeeded'
        Get-Lock | Should -BeNullOrEmpty
    }

    It 'says that a connection knows the old config' {
        Disconnect-BackupRepository -All
        Connect-BackupRepository ./backup -Password $Password | Out-Null
        Remove-Item -LiteralPath ./backup/config -Force
        $repair = Repair-BackupRepository -Config -Password $Password -Confirm:$false -WarningAction SilentlyContinue -WarningVariable warnings
        $repair.HasChanges | Should -BeTrue
        "$warnings" | Should -Match 'Connect it again'
    }
}
