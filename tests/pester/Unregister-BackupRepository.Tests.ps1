BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    Register-BackupRepository home ./backup
    Register-BackupRepository away ./other
}

AfterAll {
    Exit-Sandbox
}

Describe 'Unregister-BackupRepository' {
    It 'forgets nothing with -WhatIf' {
        Unregister-BackupRepository home -WhatIf
        @(Get-BackupRepository).Count | Should -Be 2
    }

    It 'forgets what is named, and what is piped in' {
        Unregister-BackupRepository home
        (Get-BackupRepository).Name | Should -Be 'away'
        Get-BackupRepository | Unregister-BackupRepository
        Get-BackupRepository | Should -BeNullOrEmpty
    }

    It 'says what was not there' {
        Unregister-BackupRepository home -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-ErrorId $problems[0] | Should -Be 'RepositoryNotFound'
    }
}
