BeforeDiscovery {
    $missing = @('/usr/bin/python3', 'swift-proxy-server', 'swift-account-server', 'swift-container-server', 'swift-object-server') |
        Where-Object { -not (Get-Command -Name $_ -CommandType Application -ErrorAction Ignore) } | Select-Object -First 1
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    Enter-Sandbox
}

AfterAll {
    Exit-Sandbox
}

Describe 'Backends with packages of their own' {
    It 'are not loaded by the import' {
        $names = pwsh -NoProfile -NonInteractive -Command "Import-Module '$Manifest'; [AppDomain]::CurrentDomain.GetAssemblies().ForEach{ `$_.GetName().Name }"
        $names | Should -Contain 'Backup.Engine'
        $names | Where-Object { $_ -like 'AWSSDK*' -or $_ -like 'Backup.Storage*' } | Should -BeNullOrEmpty
    }

    It 'say what is wrong with a location' {
        $problem = { Connect-BackupRepository s3:host -Password $Password } | Should -Throw '*bucket*' -PassThru
        Get-ErrorId $problem | Should -Be 'ArgumentInvalid'
    }
}

Describe 'A repository of a service that speaks S3' -Skip:([bool] $missing) {
    BeforeAll {
        $start = [Diagnostics.ProcessStartInfo]::new('/usr/bin/python3', [string[]]("$Root/tests/Backup.TestKit/Swift/swift-s3.py", "$(New-Item -ItemType Directory -Path "$Sandbox/swift")", 'swift-secret-key'))
        $start.RedirectStandardOutput = $start.RedirectStandardError = $start.RedirectStandardInput = $true
        $script:server = [Diagnostics.Process]::Start($start)
        $server.BeginErrorReadLine()
        do { $line = $server.StandardOutput.ReadLine() } until ($null -eq $line -or $line -match '^listening on port (\d+)$')
        $script:location = "s3:http://127.0.0.1:$($Matches[1])/bucket/repository"
        $script:saved = $env:AWS_ACCESS_KEY_ID, $env:AWS_SECRET_ACCESS_KEY, $env:AWS_REGION
        $env:AWS_ACCESS_KEY_ID, $env:AWS_SECRET_ACCESS_KEY, $env:AWS_REGION = 'backup:owner', 'swift-secret-key', 'north-1'
    }

    AfterAll {
        $env:AWS_ACCESS_KEY_ID, $env:AWS_SECRET_ACCESS_KEY, $env:AWS_REGION = $saved
        $server.Kill($true)
        $server.Dispose()
    }

    It 'is created, backed up into, checked and restored from' {
        (New-BackupRepository $location -Password $Password).Location | Should -Be $location
        $result = Invoke-Backup ./documents
        Test-BackupRepository -ReadData | Should -BeTrue
        (Restore-Backup $result.SnapshotId ./restored -Verify).FilesVerified | Should -Be 5
        Get-BackupItemContent latest "$Sandbox/documents/notes.txt" | Should -Be 'ä note'
    }

    It 'keeps the assemblies that it needs to itself' {
        $aws = [AppDomain]::CurrentDomain.GetAssemblies().Where{ $_.GetName().Name -eq 'AWSSDK.S3' }
        $aws.Count | Should -Be 1
        $context = [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($aws[0])
        $context.Name | Should -Be 'Backup.Storage.S3'
        $context | Should -Not -Be ([Runtime.Loader.AssemblyLoadContext]::Default)
        [Runtime.Loader.AssemblyLoadContext]::Default.Assemblies.Where{ $_.GetName().Name -like 'AWSSDK*' } | Should -BeNullOrEmpty
    }

    It 'is reached by another runspace through the same assemblies' {
        $shell = New-Shell
        $shell.AddScript("Connect-BackupRepository '$location' -Password (ConvertTo-SecureString 'correct horse battery staple' -AsPlainText -Force) | Out-Null; Get-BackupSnapshot").Invoke().Count | Should -Be 1
        $shell.Dispose()
        [AppDomain]::CurrentDomain.GetAssemblies().Where{ $_.GetName().Name -eq 'AWSSDK.S3' }.Count | Should -Be 1
    }

    It 'says who may not use it, and no secret' {
        $env:AWS_ACCESS_KEY_ID = 'backup:stranger'
        $problem = { Connect-BackupRepository $location -Password $Password } | Should -Throw -PassThru
        Get-ErrorId $problem | Should -Be 'BackendAccessDenied'
        $problem.CategoryInfo.Category | Should -Be 'PermissionDenied'
        $problem | Out-String | Should -Not -Match 'swift-secret-key'
        $env:AWS_ACCESS_KEY_ID = 'backup:owner'
    }
}
