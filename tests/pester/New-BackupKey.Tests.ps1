BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    $script:other = ConvertTo-SecureString -String 'another long password' -AsPlainText -Force
}

AfterAll {
    Exit-Sandbox
}

Describe 'New-BackupKey' {
    It 'adds a password, which opens the repository' {
        $key = New-BackupKey -NewPassword $other
        $key | Should -BeOfType 'Backup.PowerShell.Output.BackupKey'
        $key.IsCurrent | Should -BeFalse
        (Connect-BackupRepository ./backup -Password $other -NotDefault).IsConnected | Should -BeTrue
        (Connect-BackupRepository ./backup -Password $Password -NotDefault).IsConnected | Should -BeTrue
    }

    It 'names whom it is said to belong to' {
        $key = New-BackupKey -NewPassword $other -HostName laptop -UserName anna
        $key.HostName | Should -Be 'laptop'
        $key.UserName | Should -Be 'anna'
    }

    It 'refuses an empty one' {
        $problem = { New-BackupKey -NewPassword ([securestring]::new()) } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'PasswordRequired'
    }

    It 'refuses plain text' {
        { New-BackupKey -NewPassword 'plain' } | Should -Throw '*SecureString*'
    }

    It 'adds nothing with -WhatIf' {
        $before = @(Get-BackupKey).Count
        New-BackupKey -NewPassword $other -WhatIf
        @(Get-BackupKey).Count | Should -Be $before
    }
}
