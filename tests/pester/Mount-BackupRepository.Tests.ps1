BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    $script:snapshot = Invoke-Backup ./documents
}

AfterAll {
    Exit-Sandbox
}

Describe 'Mount-BackupRepository' {
    AfterEach { Get-PSDrive -PSProvider Backup -ErrorAction Ignore | Remove-PSDrive -Force }

    It 'makes a drive of the connected repository' {
        $drive = Mount-BackupRepository
        $drive | Should -BeOfType 'System.Management.Automation.PSDriveInfo'
        $drive.Name | Should -Be 'Backup'
        (Get-ChildItem -Path Backup:/).SnapshotId | Should -Be $snapshot.SnapshotId
    }

    It 'opens a repository for it that stays open' {
        Disconnect-BackupRepository -All
        Mount-BackupRepository Old -Repository ./backup -Password $Password | Out-Null
        Test-Path -Path Old:/latest | Should -BeTrue
        (Get-BackupRepository -Connected).IsDefault | Should -BeFalse
    }

    It 'is what New-PSDrive does for a repository that is connected' {
        $repository = Connect-BackupRepository ./backup -Password $Password
        (New-PSDrive -Name Other -PSProvider Backup -Root '').GetType().Name | Should -Be 'BackupDriveInfo'
        New-PSDrive -Name Third -PSProvider Backup -Root '' -Repository $repository | Out-Null
        (Get-ChildItem -Path Third:/).SnapshotId | Should -Be $snapshot.SnapshotId
        Test-Path -Path Other:/latest | Should -BeTrue
        Disconnect-BackupRepository -All
        { New-PSDrive -Name Fourth -PSProvider Backup -Root '' -ErrorAction Stop } | Should -Throw '*Mount-BackupRepository*'
    }

    It 'makes no drive with -WhatIf' {
        Connect-BackupRepository ./backup -Password $Password | Out-Null
        Mount-BackupRepository -WhatIf
        Get-PSDrive -Name Backup -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'refuses a name that no drive can have' {
        { Mount-BackupRepository 'a:b' } | Should -Throw
    }
}
