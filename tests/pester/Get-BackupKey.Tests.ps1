BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    New-TestRepository | Out-Null
    $script:other = ConvertTo-SecureString -String 'another long password' -AsPlainText -Force
}

AfterAll {
    Exit-Sandbox
}

Describe 'Get-BackupKey' {
    It 'lists the keys, and tells which one is in use' {
        $added = New-BackupKey -NewPassword $other
        $keys = Get-BackupKey
        $keys | Should -BeOfType 'Backup.PowerShell.Output.BackupKey'
        $keys.Count | Should -Be 2
        ($keys | Where-Object IsCurrent).KeyId | Should -Not -Be $added.KeyId
        (Get-BackupKey -Repository (Connect-BackupRepository ./backup -Password $other -NotDefault) | Where-Object IsCurrent).KeyId | Should -Be $added.KeyId
    }

    It 'says who made a key, and nothing that opens it' {
        $key = Get-BackupKey | Select-Object -First 1
        $key.UserName | Should -Not -BeNullOrEmpty
        $key.HostName | Should -Not -BeNullOrEmpty
        $key.Created | Should -BeOfType 'System.DateTimeOffset'
        $key | ConvertTo-Json -Depth 4 | Should -Not -Match 'salt|another long|correct horse'
    }
}
