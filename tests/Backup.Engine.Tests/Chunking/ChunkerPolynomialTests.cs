using Backup.Engine.Chunking;

namespace Backup.Engine.Tests.Chunking;

public sealed class ChunkerPolynomialTests
{
    [Theory]
    [InlineData(0x3DA3358B4DC173UL, true)] // the one that restic's own tests use
    [InlineData(0x3DA3358B4DC171UL, false)]
    [InlineData(0b10UL, true)]
    [InlineData(0b111UL, true)]
    [InlineData(0b101UL, false)] // (x + 1)^2
    [InlineData(0b100011011UL, true)] // the field of AES
    [InlineData(0b100011010UL, false)]
    [InlineData(0UL, false)]
    [InlineData(1UL, false)]
    [InlineData(ulong.MaxValue, false)]
    public void Irreducible_polynomials_are_known(ulong value, bool expected)
    {
        bool irreducible = new ChunkerPolynomial(value).IsIrreducible;

        Assert.Equal(expected, irreducible);
    }

    [Fact]
    public void Small_polynomials_are_irreducible_exactly_if_no_product_gives_them()
    {
        var products = new HashSet<ulong>();
        for (ulong a = 2; a < 256; a++)
        {
            for (ulong b = 2; b < 256; b++)
            {
                products.Add(Multiply(a, b));
            }
        }

        for (ulong value = 2; value < 512; value++)
        {
            Assert.Equal(!products.Contains(value), new ChunkerPolynomial(value).IsIrreducible);
        }
    }

    [Fact]
    public void Products_are_not_irreducible() => PropertyCheck.Holds(random =>
    {
        int degree = random.Next(1, 52);
        ulong a = (1UL << degree) | ((ulong)random.NextInt64() & ((1UL << degree) - 1));
        ulong b = (1UL << (53 - degree)) | ((ulong)random.NextInt64() & ((1UL << (53 - degree)) - 1));

        Assert.False(new ChunkerPolynomial(Multiply(a, b)).IsIrreducible);
    });

    [Fact]
    public void Drawn_ones_are_irreducible_of_degree_53_and_differ()
    {
        ChunkerPolynomial[] drawn = [.. Enumerable.Range(0, 10).Select(_ => ChunkerPolynomial.Draw())];

        Assert.All(drawn, polynomial => Assert.True(polynomial.IsIrreducible && polynomial.Degree == 53));
        Assert.Equal(drawn.Length, drawn.Distinct().Count());
    }

    [Theory]
    [InlineData("3da3358b4dc173", 0x3DA3358B4DC173UL)]
    [InlineData("1", 1UL)]
    [InlineData("3DA3358B4DC173", 0x3DA3358B4DC173UL)]
    public void Hexadecimal_digits_are_read(string hex, ulong value)
    {
        bool parsed = ChunkerPolynomial.TryParse(hex, out ChunkerPolynomial polynomial);

        Assert.True(parsed);
        Assert.Equal(value, polynomial.Value);
        Assert.Equal(hex.ToLowerInvariant(), polynomial.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x12")]
    [InlineData(" 12")]
    [InlineData("-1")]
    [InlineData("xyz")]
    [InlineData("12345678901234567")]
    public void Anything_else_is_refused(string hex)
    {
        Assert.False(ChunkerPolynomial.TryParse(hex, out _));
    }

    private static ulong Multiply(ulong a, ulong b)
    {
        ulong product = 0;
        for (; b != 0; b >>= 1, a <<= 1)
        {
            product ^= (b & 1) * a;
        }

        return product;
    }
}
