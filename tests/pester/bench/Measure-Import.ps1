<#
.SYNOPSIS
Measures how long Import-Module takes, each time in a new PowerShell.

.EXAMPLE
./Measure-Import.ps1 -Rounds 20
#>
[CmdletBinding()]
param(
    # How many PowerShells.
    [ValidateRange(1, 1000)]
    [int] $Rounds = 11
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$manifest = (Get-ChildItem -Path (Join-Path -Path $PSScriptRoot -ChildPath '../../../out/Backup/*/Backup.psd1') | Select-Object -Last 1).FullName
$pwsh = (Get-Process -Id $PID).Path
$times = foreach ($round in 1..$Rounds) {
    [double] (& $pwsh -NoProfile -NonInteractive -Command "`$w = [Diagnostics.Stopwatch]::StartNew(); Import-Module -Name '$manifest'; `$w.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)")
}

$sorted = @($times | Sort-Object)
[pscustomobject]@{
    Rounds              = $Rounds
    FastestMilliseconds = [Math]::Round($sorted[0])
    MedianMilliseconds  = [Math]::Round($sorted[[int] [Math]::Floor($sorted.Count / 2)])
    SlowestMilliseconds = [Math]::Round($sorted[-1])
}
