BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    $script:snapshot = Invoke-Backup ./documents
}

AfterAll {
    Exit-Sandbox
}

Describe 'Dismount-BackupRepository' {
    It 'removes the drive' {
        Mount-BackupRepository Old | Out-Null
        Dismount-BackupRepository Old -WhatIf
        Get-PSDrive -Name Old | Should -Not -BeNullOrEmpty
        Dismount-BackupRepository Old
        Get-PSDrive -Name Old -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'leaves the connection as it is' {
        @(Get-BackupSnapshot).Count | Should -Be 1
    }

    It 'says which drive is not there' {
        Dismount-BackupRepository Old -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-ErrorId $problems[0] | Should -Be 'DriveNotFound'
    }
}
