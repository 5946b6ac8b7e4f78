BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    Invoke-Backup ./documents | Out-Null
    Disconnect-BackupRepository -All
    Register-BackupRepository home ./backup -PasswordFile ./password
}

AfterAll {
    Exit-Sandbox
}

Describe 'Get-BackupRepository' {
    It 'lists what is registered, which is connected when it is needed' {
        $repository = Get-BackupRepository home
        $repository.IsConnected | Should -BeFalse
        @(Get-BackupSnapshot -Repository $repository).Count | Should -Be 1
    }

    It 'lists once what is registered and connected' {
        $repository = Connect-BackupRepository home
        $repository.Name | Should -Be 'home'
        @(Get-BackupRepository home).Count | Should -Be 1
        (Get-BackupRepository home).IsConnected | Should -BeTrue
        Disconnect-BackupRepository home
    }

    It 'gives what -Repository is completed by' {
        $text = 'Get-BackupSnapshot -Repository ho'
        (TabExpansion2 -inputScript $text -cursorColumn $text.Length).CompletionMatches.CompletionText | Should -Contain 'home'
    }

    It 'lists only what is connected, if that is wanted' {
        Get-BackupRepository -Connected | Should -BeNullOrEmpty
        Connect-BackupRepository home | Out-Null
        (Get-BackupRepository -Connected).Name | Should -Be 'home'
        Disconnect-BackupRepository -All
    }

    It 'takes wildcards, and says which name is not there' {
        (Get-BackupRepository h*).Name | Should -Be 'home'
        Get-BackupRepository nobody* | Should -BeNullOrEmpty
        Get-BackupRepository nobody -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-ErrorId $problems[0] | Should -Be 'RepositoryNotFound'
        $problems[0].TargetObject | Should -Be 'nobody'
    }

    It 'is shown as a table' {
        Get-BackupRepository | Out-String | Should -Match 'home\s+False\s+False'
    }
}
