namespace Backup.Engine.Json;

/// <summary>Times as Go writes them in JSON: RFC 3339 with as many digits of a second as are not zero.</summary>
/// <remarks>Format: Go's <c>time.RFC3339Nano</c>.</remarks>
internal static class Rfc3339
{
    /// <summary>The most bytes that <see cref="Write"/> needs.</summary>
    public const int MaxLength = 35;

    private const int SecondsPerDay = 86_400;
    private const int MaxOffsetInMinutes = (23 * 60) + 59;

    /// <summary>What Go has where a document has no time: the first second of the year 1.</summary>
    public static Timestamp Missing => new(-62_135_596_800, 0, 0);

    /// <summary>Writes a time without quotes.</summary>
    /// <param name="time">Years before 0 and after 9999 can't be written; they become 0 and 9999, as with restic.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No fraction of a second, or an offset of a day or more.</exception>
    public static int Write(Timestamp time, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)time.Nanoseconds, 999_999_999u, nameof(time));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Abs((int)time.OffsetInMinutes), MaxOffsetInMinutes, nameof(time));

        long local = Math.Clamp(time.Seconds, long.MinValue / 2, long.MaxValue / 2) + (time.OffsetInMinutes * 60);
        (long day, int secondOfDay) = FloorDivide(local, SecondsPerDay);
        (int year, int month, int dayOfMonth) = DateOf(day);

        destination = destination[..MaxLength];
        WriteTwoDigits(destination, year / 100);
        WriteTwoDigits(destination[2..], year % 100);
        destination[4] = (byte)'-';
        WriteTwoDigits(destination[5..], month);
        destination[7] = (byte)'-';
        WriteTwoDigits(destination[8..], dayOfMonth);
        destination[10] = (byte)'T';
        WriteTwoDigits(destination[11..], secondOfDay / 3600);
        destination[13] = (byte)':';
        WriteTwoDigits(destination[14..], secondOfDay / 60 % 60);
        destination[16] = (byte)':';
        WriteTwoDigits(destination[17..], secondOfDay % 60);
        int length = 19 + WriteFraction(destination[19..], time.Nanoseconds);
        return length + WriteOffset(destination[length..], time.OffsetInMinutes);
    }

    /// <summary>Reads a time, if <paramref name="text"/> is one. Digits after the ninth of a second are dropped.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out Timestamp time)
    {
        time = default;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
        {
            return false;
        }

        int year = (TwoDigits(text) * 100) + TwoDigits(text[2..]);
        int month = TwoDigits(text[5..]);
        int day = TwoDigits(text[8..]);
        int hour = TwoDigits(text[11..]);
        int minute = TwoDigits(text[14..]);
        int second = TwoDigits(text[17..]);
        if (year < 0 || TwoDigits(text[2..]) < 0 || !IsDate(year, month, day) || !IsTimeOfDay(hour, minute, second))
        {
            return false;
        }

        if (!TryReadFraction(text[19..], out int nanoseconds, out int length)
            || !TryReadOffset(text[(19 + length)..], out int offset))
        {
            return false;
        }

        long seconds = (DayOf(year, month, day) * SecondsPerDay) + (hour * 3600) + (minute * 60) + second - (offset * 60);
        time = new Timestamp(seconds, nanoseconds, (short)offset);
        return true;
    }

    private static int WriteFraction(Span<byte> destination, int nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return 0;
        }

        int digits = 9;
        while (nanoseconds % 10 == 0)
        {
            nanoseconds /= 10;
            digits--;
        }

        for (int i = digits; i > 0; i--)
        {
            destination[i] = (byte)('0' + (nanoseconds % 10));
            nanoseconds /= 10;
        }

        destination[0] = (byte)'.';
        return digits + 1;
    }

    private static int WriteOffset(Span<byte> destination, int minutes)
    {
        if (minutes == 0)
        {
            destination[0] = (byte)'Z';
            return 1;
        }

        destination[0] = (byte)(minutes < 0 ? '-' : '+');
        minutes = Math.Abs(minutes);
        WriteTwoDigits(destination[1..], minutes / 60);
        destination[3] = (byte)':';
        WriteTwoDigits(destination[4..], minutes % 60);
        return 6;
    }

    private static void WriteTwoDigits(Span<byte> destination, int value)
    {
        (int tens, int ones) = Math.DivRem(value, 10);
        destination[1] = (byte)('0' + ones);
        destination[0] = (byte)('0' + tens);
    }

    // Negative if these are not digits.
    private static int TwoDigits(ReadOnlySpan<byte> text)
    {
        int tens = text[0] - '0';
        int ones = text[1] - '0';
        return (uint)tens <= 9 && (uint)ones <= 9 ? (tens * 10) + ones : -10_000;
    }

    private static bool IsDate(int year, int month, int day) =>
        month is >= 1 and <= 12 && day >= 1 && day <= DaysInMonth(year, month);

    private static bool IsTimeOfDay(int hour, int minute, int second) =>
        hour is >= 0 and <= 23 && minute is >= 0 and <= 59 && second is >= 0 and <= 59;

    private static int DaysInMonth(int year, int month) => month switch
    {
        2 => IsLeap(year) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    private static bool IsLeap(int year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    private static bool TryReadFraction(ReadOnlySpan<byte> text, out int nanoseconds, out int length)
    {
        nanoseconds = 0;
        length = 0;
        if (text[0] != '.')
        {
            return true;
        }

        int unit = 100_000_000;
        length = 1;
        while (length < text.Length && text[length] is >= (byte)'0' and <= (byte)'9')
        {
            nanoseconds += (text[length] - '0') * unit;
            unit /= 10;
            length++;
        }

        return length > 1;
    }

    private static bool TryReadOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.SequenceEqual("Z"u8))
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':')
        {
            return false;
        }

        int hour = TwoDigits(text[1..]);
        int minute = TwoDigits(text[4..]);
        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return IsTimeOfDay(hour, minute, 0);
    }

    private static (long Quotient, int Remainder) FloorDivide(long value, int divisor)
    {
        (long quotient, long remainder) = Math.DivRem(value, divisor);
        return remainder < 0 ? (quotient - 1, (int)remainder + divisor) : (quotient, (int)remainder);
    }

    // Both count years from March, so that the leap day comes last, in eras of 400 years = 146,097 days from 0000-03-01.
    private static (int Year, int Month, int Day) DateOf(long day)
    {
        (long era, int dayOfEra) = FloorDivide(day + 719_468, 146_097);
        int yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        int dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        int monthFromMarch = ((5 * dayOfYear) + 2) / 153;
        int dayOfMonth = dayOfYear - (((153 * monthFromMarch) + 2) / 5) + 1;
        int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        long year = (era * 400) + yearOfEra + (month <= 2 ? 1 : 0);
        return year switch
        {
            < 0 => (0, month, dayOfMonth), // the year 0 has a leap day
            > 9999 when month == 2 && dayOfMonth == 29 => (9999, 3, 1),
            > 9999 => (9999, month, dayOfMonth),
            _ => ((int)year, month, dayOfMonth),
        };
    }

    private static long DayOf(int year, int month, int day)
    {
        int yearFromMarch = month <= 2 ? year - 1 : year;
        (long era, int yearOfEra) = FloorDivide(yearFromMarch, 400);
        int monthFromMarch = month > 2 ? month - 3 : month + 9;
        int dayOfYear = (((153 * monthFromMarch) + 2) / 5) + day - 1;
        int dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097) + dayOfEra - 719_468;
    }
}
