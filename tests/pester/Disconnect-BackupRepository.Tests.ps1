BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
}

AfterAll {
    Exit-Sandbox
}

Describe 'Disconnect-BackupRepository' {
    BeforeEach { Disconnect-BackupRepository -All }

    It 'closes connections that are piped in' {
        $repository = Connect-BackupRepository ./backup -Password $Password
        $repository | Disconnect-BackupRepository
        $repository.IsConnected | Should -BeFalse
        $problem = { Get-BackupSnapshot -Repository $repository } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -BeIn 'PasswordRequired', 'RepositoryClosed'
    }

    It 'says that nothing is connected' {
        Disconnect-BackupRepository -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-ErrorId $problems[0] | Should -Be 'NotConnected'
    }
}
