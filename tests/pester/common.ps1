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
    foreach ($name in 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'APPDATA', 'LOCALAPPDATA', 'BACKUP_REPOSITORY', 'BACKUP_PASSWORD', 'BACKUP_PASSWORD_FILE', 'BACKUP_PASSWORD_COMMAND', 'BACKUP_HOST',
        'RESTIC_REPOSITORY', 'RESTIC_PASSWORD', 'RESTIC_PASSWORD_FILE', 'RESTIC_PASSWORD_COMMAND', 'RESTIC_HOST', 'BACKUP_REST_USERNAME', 'BACKUP_REST_PASSWORD', 'BACKUP_CACHE_DIR', 'RESTIC_CACHE_DIR', 'BACKUP_CACERT', 'RESTIC_CACERT') {
        $SavedEnvironment[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $null)
    }

    $env:XDG_CONFIG_HOME = Join-Path -Path $Sandbox -ChildPath 'settings'
    $env:XDG_CACHE_HOME = $env:LOCALAPPDATA = Join-Path -Path $Sandbox -ChildPath 'caches'
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

# A new repository with two snapshots of the documents, of which one file has changed in between.
function New-DocumentHistory {
    New-TestRepository | Out-Null
    Invoke-Backup ./documents
    Add-Content -LiteralPath documents/report.txt -Value 'third line'
    Invoke-Backup ./documents
}

# A new repository with two snapshots of a host, between which files have changed, come and gone, and one of another host.
function New-HostHistory {
    New-TestRepository | Out-Null
    Invoke-Backup ./documents -Tag daily, one -HostName web1 -Time '2026-01-01T10:00:00Z'
    Add-Content -LiteralPath documents/report.txt -Value 'third line'
    Remove-Item -LiteralPath documents/draft.tmp
    Set-Content -LiteralPath documents/new.txt -Value 'new'
    Invoke-Backup ./documents -Tag daily -HostName web1 -Time '2026-02-01T10:00:00Z'
    Invoke-Backup ./documents/photos -HostName db1 -Time '2026-02-02T10:00:00Z'
}

# All files of a folder with their contents, as text: equal only if nothing was written.
function Get-State {
    param([string] $Path = $Sandbox)

    (Get-ChildItem -LiteralPath $Path -Recurse -File -Force | Sort-Object -Property FullName |
        ForEach-Object { "$($_.FullName) $((Get-FileHash -LiteralPath $_.FullName).Hash)" }) -join "`n"
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

# The folder that holds installed modules, this one among them.
function Get-ModuleFolder {
    Split-Path -Parent -Path (Split-Path -Parent -Path (Split-Path -Parent -Path $Manifest))
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
