BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    $script:other = ConvertTo-SecureString -String 'another long password' -AsPlainText -Force
    New-BackupKey -NewPassword $other | Out-Null
}

AfterAll {
    Exit-Sandbox
}

Describe 'Remove-BackupKey' {
    It 'removes nothing with -WhatIf, nor when nobody can be asked' {
        Get-BackupKey | Where-Object IsCurrent -EQ $false | Remove-BackupKey -WhatIf
        pwsh -NoProfile -NonInteractive -Command "Import-Module '$Manifest'; `$env:BACKUP_PASSWORD_FILE = '$Sandbox/password'; Get-BackupKey -Repository '$Sandbox/backup' | Where-Object IsCurrent -EQ `$false | Remove-BackupKey" 2>&1 | Out-Null
        @(Get-BackupKey).Count | Should -Be 2
    }

    It 'never removes the key in use' {
        $current = Get-BackupKey | Where-Object IsCurrent
        Remove-BackupKey $current.KeyId -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-ErrorId $problems[0] | Should -Be 'ArgumentInvalid'
        @(Get-BackupKey).Count | Should -Be 2
    }

    It 'says which key is not there' {
        Remove-BackupKey ffffffff -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-ErrorId $problems[0] | Should -Be 'ItemNotFound'
        $problems[0].TargetObject | Should -Be 'ffffffff'
    }

    It 'removes what is piped in' {
        $current = Get-BackupKey | Where-Object IsCurrent
        Get-BackupKey | Where-Object IsCurrent -EQ $false | Remove-BackupKey -Confirm:$false
        (Get-BackupKey).KeyId | Should -Be $current.KeyId
        $problem = { Connect-BackupRepository ./backup -Password $other } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'PasswordIncorrect'
    }
}
