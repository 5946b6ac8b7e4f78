BeforeDiscovery {
    $missing = -not (Get-Command -Name rclone -CommandType Application -ErrorAction Ignore)
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
    $script:secret = 'server-secret-4711'
    $script:login = [pscredential]::new('anna', (ConvertTo-SecureString -String $secret -AsPlainText -Force))
}

AfterAll {
    Exit-Sandbox
}

Describe 'A server that wants to know who we are' -Skip:$missing {
    BeforeAll {
        New-Item -ItemType Directory -Path ./server | Out-Null
        $start = [Diagnostics.ProcessStartInfo]::new('rclone', [string[]]('serve', 'restic', '--addr', '127.0.0.1:0', '--user', 'anna', '--pass', $secret, "$Sandbox/server"))
        $start.RedirectStandardError = $true
        $start.Environment['RCLONE_CONFIG'] = $IsWindows ? 'NUL' : '/dev/null'
        $script:server = [Diagnostics.Process]::Start($start)
        do { $line = $server.StandardError.ReadLine() } until ($null -eq $line -or $line -match 'Serving restic REST API on (http://[^/]+)/')
        $script:location = "rest:$($Matches[1])/anna/"
    }

    AfterAll {
        $server.Kill()
        $server.Dispose()
    }

    AfterEach {
        Disconnect-BackupRepository -All
        Get-BackupRepository | Unregister-BackupRepository
    }

    It 'lets nobody in without a login' {
        $problem = { New-BackupRepository $location -Password $Password } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'BackendAccessDenied'
    }

    It 'lets us in with -Credential' {
        (New-BackupRepository $location -Password $Password -Credential $login).IsConnected | Should -BeTrue
        (Invoke-Backup ./documents).Status | Should -Be 'Succeeded'
        Disconnect-BackupRepository -All
        Connect-BackupRepository $location -Password $Password -Credential $login | Out-Null
        @(Get-BackupSnapshot).Count | Should -Be 1
    }

    It 'lets us in with what the environment says' {
        $env:BACKUP_REST_USERNAME, $env:BACKUP_REST_PASSWORD = 'anna', $secret
        try {
            @(Get-BackupSnapshot -Repository $location -Password $Password).Count | Should -Be 1
        }
        finally {
            $env:BACKUP_REST_USERNAME = $env:BACKUP_REST_PASSWORD = $null
        }
    }

    It 'lets us in with the secret that a registration names, and writes no secret down' {
        $module = New-Item -ItemType Directory -Path "$Sandbox/modules/Microsoft.PowerShell.SecretManagement"
        Set-Content -LiteralPath "$module/Microsoft.PowerShell.SecretManagement.psm1" -Value @"
function Get-Secret {
    param(`$Name, `$Vault)
    switch ("`$Name of `$Vault") {
        'login of v' { [pscredential]::new('anna', (ConvertTo-SecureString '$secret' -AsPlainText -Force)) }
        'password of v' { ConvertTo-SecureString 'correct horse battery staple' -AsPlainText -Force }
        default { throw "There is no secret `$Name." }
    }
}
"@
        $saved = $env:PSModulePath
        $env:PSModulePath = "$Sandbox/modules" + [IO.Path]::PathSeparator + $saved
        try {
            Register-BackupRepository nas $location -SecretName password -CredentialSecretName login -Vault v -DownloadLimit 100MB -Option @{ 'rest.connections' = 2 }
            @(Get-BackupSnapshot -Repository nas).Count | Should -Be 1
            (Connect-BackupRepository nas).Name | Should -Be 'nas'
            Disconnect-BackupRepository -All
            Register-BackupRepository wrong $location -SecretName password -CredentialSecretName password -Vault v
            $problem = { Get-BackupSnapshot -Repository wrong } | Should -Throw '*PSCredential*' -PassThru
            Get-ErrorId $problem | Should -Be 'SecretUnavailable'
        }
        finally {
            Remove-Module -Name Microsoft.PowerShell.SecretManagement -ErrorAction Ignore
            $env:PSModulePath = $saved
        }

        $file = Get-Content -LiteralPath "$env:XDG_CONFIG_HOME/Backup/repositories.json" -Raw
        $file | Should -Match '"rest.connections": "2"'
        $file | Should -Not -Match $secret
    }

    It 'is cached on the local disk, unless that is not wanted' {
        $cache = "$env:XDG_CACHE_HOME/backup"
        Remove-Item -LiteralPath $cache -Recurse -Force -ErrorAction Ignore
        Connect-BackupRepository $location -Password $Password -Credential $login -NoCache | Out-Null
        @(Get-BackupItem latest -Recurse).Count | Should -BeGreaterThan 5
        $cache | Should -Not -Exist
        Disconnect-BackupRepository -All
        Connect-BackupRepository $location -Password $Password -Credential $login -CacheFolder ./mine | Out-Null
        @(Get-BackupItem latest -Recurse).Count | Should -BeGreaterThan 5
        $cache | Should -Not -Exist
        Get-ChildItem -Path ./mine -Recurse -File | Should -Not -BeNullOrEmpty
        Disconnect-BackupRepository -All
        Connect-BackupRepository $location -Password $Password -Credential $login | Out-Null
        @(Get-BackupItem latest -Recurse).Count | Should -BeGreaterThan 5
        Get-ChildItem -Path $cache -Recurse -File | Should -Not -BeNullOrEmpty
    }

    It 'shows no secret in any stream, property, error, transcript or history' {
        Set-Content -LiteralPath ./script.ps1 -Value @'
param($Manifest, $Location)
Import-Module -Name $Manifest
Start-Transcript -LiteralPath ./transcript.txt | Out-Null
$VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
$login = [pscredential]::new('anna', (ConvertTo-SecureString -String $env:TEST_SECRET -AsPlainText -Force))
$password = ConvertTo-SecureString -String $env:TEST_PASSWORD -AsPlainText -Force
$wrong = ConvertTo-SecureString -String 'wrong-secret-4712' -AsPlainText -Force
$repository = Connect-BackupRepository $Location -Password $password -Credential $login
$repository | Format-List -Property *
$repository | ConvertTo-Json -Depth 5
Get-BackupKey | Format-List -Property *
Invoke-Backup ./documents | Format-List -Property *
Register-BackupRepository nas $Location -CredentialSecretName some -PassThru | Format-List -Property *
$attempts = @(
    { Connect-BackupRepository $Location -Password $wrong -Credential $login }
    { Connect-BackupRepository $Location -Password $password -Credential ([pscredential]::new('anna', $wrong)) }
    { Connect-BackupRepository ($Location -replace '//', "//anna:${env:TEST_SECRET}@") -Password $wrong }
    { New-BackupRepository $Location -Password $password -Credential $login -Option @{ 's3.secret-access-key' = $env:TEST_SECRET; 'no.sense' = $env:TEST_SECRET } }
    { Register-BackupRepository other ($Location -replace '//', "//anna:${env:TEST_SECRET}@") }
)
foreach ($attempt in $attempts) {
    try { & $attempt } catch { $_ | Format-List -Property * -Force; $_.Exception | Format-List -Property * -Force; "$($_.Exception)" }
}

Stop-Transcript | Out-Null
"attempts that failed: $($Error.Count)"
'@
        $env:TEST_SECRET, $env:TEST_PASSWORD = $secret, 'correct horse battery staple'
        $everything = pwsh -NoProfile -NonInteractive -File ./script.ps1 $Manifest $location *>&1 | Out-String -Width 1000
        $env:TEST_SECRET = $env:TEST_PASSWORD = $null
        $everything | Should -Match 'attempts that failed: 5'
        $everything | Should -Match 'PasswordIncorrect'
        $everything | Should -Match 'BackendAccessDenied'
        $everything | Should -Match 'Succeeded'
        $transcript = Get-Content -LiteralPath ./transcript.txt -Raw
        $transcript | Should -Match 'PasswordIncorrect'
        foreach ($text in $everything, $transcript) {
            $text | Should -Not -Match "$secret|correct horse|wrong-secret"
        }
    }
}

Describe 'A place that takes no login' {
    It 'refuses one, instead of passing it over' {
        $problem = { New-BackupRepository ./backup -Password $Password -Credential $login } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'CredentialNotUsed'
        './backup' | Should -Not -Exist
    }
}

Describe 'Parameters of the connection' {
    It 'are checked' {
        { Connect-BackupRepository rest:http://127.0.0.1:1/ -Password $Password -UploadLimit 10 } | Should -Throw
        $problem = { Connect-BackupRepository rest:http://127.0.0.1:1/ -Password $Password -Option @{ 'rest.nonsense' = 1 } } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'ArgumentInvalid'
        $problem = { Connect-BackupRepository rest:http://127.0.0.1:1/ -Password $Password -Option @{ 'rest.connections' = @() } } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'ArgumentInvalid'
    }

    It 'keep no secrets in a registration' {
        $problem = { Register-BackupRepository web s3:host/bucket -Option @{ 's3.secret-access-key' = $secret } } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'OptionHasSecret'
        $problem = { Register-BackupRepository web ./backup -Password $Password } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'PasswordNotKept'
        Get-BackupRepository | Should -BeNullOrEmpty
    }
}
