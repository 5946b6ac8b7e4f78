# What all tests share: the staged module, and a sandbox with sample files and a repository.

Set-StrictMode -Version Latest

$script:Root = Split-Path -Parent -Path (Split-Path -Parent -Path $PSScriptRoot)
$script:Manifest = Get-ChildItem -Path (Join-Path -Path $Root -ChildPath 'out/Backup/*/Backup.psd1') |
    Sort-Object -Property LastWriteTime -Descending | Select-Object -First 1 -ExpandProperty FullName
if (-not $Manifest) {
    throw 'The module is not staged. Build it first: dotnet build module/Backup.PowerShell -c Release'
}

Import-Module -Name $Manifest -Force

$script:Password = ConvertTo-SecureString -String 'correct horse battery staple' -AsPlainText -Force

# A folder of its own for a test file, with settings and environment that belong to no one.
function Enter-Sandbox {
    $script:Sandbox = New-Item -ItemType Directory -Path (Join-Path -Path ([IO.Path]::GetTempPath()) -ChildPath "backup-pester-$([Guid]::NewGuid().ToString('N'))")
    $script:SavedEnvironment = @{}
    foreach ($name in 'XDG_CONFIG_HOME', 'APPDATA', 'BACKUP_REPOSITORY', 'BACKUP_PASSWORD', 'BACKUP_PASSWORD_FILE', 'BACKUP_PASSWORD_COMMAND', 'BACKUP_HOST',
        'RESTIC_REPOSITORY', 'RESTIC_PASSWORD', 'RESTIC_PASSWORD_FILE', 'RESTIC_PASSWORD_COMMAND', 'RESTIC_HOST') {
        $SavedEnvironment[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $null)
    }

    $env:XDG_CONFIG_HOME = Join-Path -Path $Sandbox -ChildPath 'settings'
    Push-Location -LiteralPath $Sandbox
    New-Item -ItemType Directory -Path 'documents/photos' | Out-Null
    Set-Content -LiteralPath 'documents/report.txt' -Value 'first line', 'second line'
    Set-Content -LiteralPath 'documents/notes.txt' -Value 'ä note'
    Set-Content -LiteralPath 'documents/draft.tmp' -Value 'not worth keeping'
    Set-Content -LiteralPath 'documents/odd [1].txt' -Value 'odd'
    [IO.File]::WriteAllBytes("$Sandbox/documents/photos/a.jpg", [byte[]](0..255))
    Set-Content -LiteralPath 'password' -Value 'correct horse battery staple'
}

# Removes it, and closes what the test file has opened.
function Exit-Sandbox {
    Disconnect-BackupRepository -All
    Pop-Location
    foreach ($name in $SavedEnvironment.Keys) {
        [Environment]::SetEnvironmentVariable($name, $SavedEnvironment[$name])
    }

    Remove-Item -LiteralPath $Sandbox -Recurse -Force
}

# A new repository, connected as the default one.
function New-TestRepository {
    param([string] $Name = 'backup')

    New-BackupRepository -Repository "./$Name" -Password $Password
}

# What a command writes into the error stream, as its id without the class.
function Get-ErrorId {
    param([Parameter(Mandatory)] $ErrorRecord)

    ($ErrorRecord.FullyQualifiedErrorId -split ',')[0]
}

# The locks that are left in a repository.
function Get-Lock {
    param([string] $Name = 'backup')

    Get-ChildItem -Path (Join-Path -Path $Sandbox -ChildPath "$Name/locks") -File
}

# Another PowerShell with the module in it, for what must not disturb this one.
function New-Shell {
    $state = [Management.Automation.Runspaces.InitialSessionState]::CreateDefault()
    $state.ImportPSModule($Manifest)
    $shell = [PowerShell]::Create($state)
    $shell.AddScript("Set-Location -LiteralPath '$Sandbox'").Invoke() | Out-Null
    $shell.Commands.Clear()
    $shell
}
