BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    $script:other = ConvertTo-SecureString -String 'another long password' -AsPlainText -Force
}

AfterAll {
    Exit-Sandbox
}

Describe 'Set-BackupKey' {
    It 'changes nothing with -WhatIf' {
        $before = (Get-BackupKey).KeyId
        Set-BackupKey -NewPassword $other -WhatIf
        (Get-BackupKey).KeyId | Should -Be $before
    }

    It 'replaces the password that is in use' {
        $before = (Get-BackupKey | Where-Object IsCurrent).KeyId
        $key = Set-BackupKey -NewPassword $other -HostName laptop -UserName anna -PassThru
        $key.HostName, $key.UserName | Should -Be 'laptop', 'anna'
        $key.KeyId | Should -Not -Be $before
        $key.IsCurrent | Should -BeTrue
        (Get-BackupKey).KeyId | Should -Be $key.KeyId
        $problem = { Connect-BackupRepository ./backup -Password $Password } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'PasswordIncorrect'
        (Connect-BackupRepository ./backup -Password $other -NotDefault).IsConnected | Should -BeTrue
    }

    It 'gives nothing without -PassThru' {
        Set-BackupKey -NewPassword $Password | Should -BeNullOrEmpty
    }
}
