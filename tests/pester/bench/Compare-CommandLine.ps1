<#
.SYNOPSIS
Compares Invoke-Backup with the command line: the same tree, alternately, each time into a new repository.

.DESCRIPTION
For the command line counts what the engine says it took (total_duration), without the start of the process; for the module what
Invoke-Backup takes as a whole in this PowerShell, after one round that does not count. Prints each round and the ratio of the
medians. Build both before: dotnet build module/Backup.PowerShell -c Release; dotnet publish sidecar/Backup.Sidecar -c Release -o out/backup-sidecar

.EXAMPLE
./Compare-CommandLine.ps1 -Size 2GB -Rounds 5
#>
[CmdletBinding()]
param(
    # How large the tree is.
    [long] $Size = 2GB,

    # How often each of both backs it up.
    [ValidateRange(1, 100)]
    [int] $Rounds = 5,

    # Where tree and repositories are; removed afterwards. Needs twice the size.
    [string] $Folder = (Join-Path -Path ([IO.Path]::GetTempPath()) -ChildPath "backup-bench-$PID"),

    # The command line.
    [string] $Program = (Join-Path -Path $PSScriptRoot -ChildPath '../../../out/backup-sidecar/backup-sidecar')
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Import-Module -Name (Get-ChildItem -Path (Join-Path -Path $PSScriptRoot -ChildPath '../../../out/Backup/*/Backup.psd1') | Select-Object -Last 1).FullName

# Files of 64 KiB to 16 MiB, half of each random, half text that repeats.
function New-Tree {
    param([string] $Path, [long] $Length)

    $random = [Random]::new(1)
    $text = [Text.Encoding]::ASCII.GetBytes(((1..2000).ForEach{ "line $_ of a text that is not worth much" }) -join "`n")
    for ($written = 0L; $written -lt $Length; $written += $bytes.Length) {
        $bytes = [byte[]]::new([Math]::Min($Length - $written, [long] (64KB * [Math]::Pow(2, $random.NextDouble() * 8))))
        $random.NextBytes($bytes)
        for ($at = [int] ($bytes.Length / 2); $at -lt $bytes.Length; $at += $text.Length) {
            [Array]::Copy($text, 0, $bytes, $at, [Math]::Min($text.Length, $bytes.Length - $at))
        }

        $directory = [IO.Directory]::CreateDirectory((Join-Path -Path $Path -ChildPath ($random.Next(50)))).FullName
        [IO.File]::WriteAllBytes((Join-Path -Path $directory -ChildPath "$written"), $bytes)
    }
}

function Get-Median {
    param([double[]] $Value)

    $sorted = $Value | Sort-Object
    @($sorted)[[int] [Math]::Floor(@($sorted).Count / 2)]
}

$tree = Join-Path -Path $Folder -ChildPath 'tree'
$passwordFile = Join-Path -Path $Folder -ChildPath 'password'
New-Item -ItemType Directory -Path $tree | Out-Null
try {
    Set-Content -LiteralPath $passwordFile -Value 'a password for a benchmark'
    $password = ConvertTo-SecureString -String 'a password for a benchmark' -AsPlainText -Force
    New-Tree -Path $tree -Length $Size
    $times = foreach ($round in 0..$Rounds) {
        $repository = Join-Path -Path $Folder -ChildPath 'repository'
        $line = & $Program backup --init --json -r $repository -p $passwordFile $tree | Where-Object { $_ -match '"summary"' }
        if ($LASTEXITCODE -ne 0) {
            throw "The command line ended with $LASTEXITCODE."
        }

        $engine = ($line | ConvertFrom-Json).total_duration
        Remove-Item -LiteralPath $repository -Recurse -Force

        New-BackupRepository -Repository $repository -Password $password | Out-Null
        $result = $null
        $cmdlet = (Measure-Command { $result = Invoke-Backup -LiteralPath $tree }).TotalSeconds
        Disconnect-BackupRepository
        Remove-Item -LiteralPath $repository -Recurse -Force
        if ($result.Status -ne 'Succeeded' -or $result.TotalSize -ne $Size) {
            throw "The module's backup is not complete: $result"
        }

        if ($round -gt 0) {
            [pscustomobject]@{ Round = $round; CommandLine = [Math]::Round($engine, 2); Module = [Math]::Round($cmdlet, 2) }
        }
    }

    $times | Format-Table | Out-Host
    $ratio = (Get-Median -Value $times.Module) / (Get-Median -Value $times.CommandLine)
    [pscustomobject]@{
        CommandLineMedian = Get-Median -Value $times.CommandLine
        ModuleMedian      = Get-Median -Value $times.Module
        Ratio             = [Math]::Round($ratio, 3)
    }
}
finally {
    Remove-Item -LiteralPath $Folder -Recurse -Force
}
