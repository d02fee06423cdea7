using MLPipeline.Cli.Images;
using MLPipeline.Cli.Tests.Fixtures;
using SkiaSharp;

namespace MLPipeline.Cli.Tests.Images;

public sealed class PictureFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_picture_of_the_right_size_comes_back_as_it_was()
    {
        var picture = new Picture([.. Enumerable.Range(0, 35).Select(i => (byte)(i * 7))], 1, 5, 7);
        var path = Save("exact.png", picture.ToPng());

        Assert.Equal(picture.Pixels, PictureFile.Read(path, 1, 5, 7, ground: 0).Pixels);
    }

    [Fact]
    public void Colours_are_planes_in_the_order_red_green_blue()
    {
        byte[] pixels = [255, 0, 10, 20, 0, 255, 30, 40, 1, 2, 50, 60];
        var path = Save("colours.png", new Picture(pixels, 3, 2, 2).ToPng());

        Assert.Equal(pixels, PictureFile.Read(path, 3, 2, 2, ground: 0).Pixels);
    }

    [Fact]
    public void Gray_is_weighted_by_how_bright_each_colour_looks()
    {
        var path = Save("primaries.png", new Picture([255, 0, 0, 0, 255, 0, 0, 0, 255], 3, 1, 3).ToPng());

        Assert.Equal([76, 150, 29], PictureFile.Read(path, 1, 1, 3, ground: 0).Pixels);
    }

    [Fact]
    public void A_wide_picture_is_scaled_to_fit_and_centred_on_the_ground()
    {
        var path = Save("wide.png", new Picture([.. Enumerable.Repeat((byte)200, 80 * 40)], 1, 40, 80).ToPng());

        var read = PictureFile.Read(path, 1, 8, 8, ground: 9);

        Assert.All(Enumerable.Range(0, 8), column =>
            Assert.Equal([9, 9, 200, 200, 200, 200, 9, 9], Enumerable.Range(0, 8).Select(row => (int)read.Pixels[(row * 8) + column])));
    }

    [Fact]
    public void What_is_transparent_takes_the_ground()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(2, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.SetPixel(0, 0, new SKColor(255, 255, 255, 0));
        bitmap.SetPixel(1, 0, new SKColor(255, 255, 255, 255));
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);

        Assert.Equal([7, 255], PictureFile.Read(Save("alpha.png", data.ToArray()), 1, 1, 2, ground: 7).Pixels);
    }

    [Theory]
    [InlineData(1, "ab/cd")]
    [InlineData(2, "ba/dc")]
    [InlineData(3, "dc/ba")]
    [InlineData(4, "cd/ab")]
    [InlineData(5, "ac/bd")]
    [InlineData(6, "ca/db")]
    [InlineData(7, "db/ca")]
    [InlineData(8, "bd/ac")]
    public void A_photo_is_turned_upright_as_its_orientation_says(byte orientation, string upright)
    {
        var path = Save($"photo{orientation}.jpg", WithOrientation(QuartersAsJpeg(), orientation));

        var read = PictureFile.Read(path, 1, 2, 2, ground: 0);

        var shades = read.Pixels.Select(value => "abcd"[(value + 35) / 70]).ToArray();
        Assert.Equal(upright, $"{shades[0]}{shades[1]}/{shades[2]}{shades[3]}");
    }

    [Fact]
    public void An_empty_file_is_no_picture() =>
        Assert.Contains("empty.png", Assert.Throws<InvalidImageException>(() => PictureFile.Read(Save("empty.png", []), 1, 2, 2, 0)).Message);

    private string Save(string name, byte[] bytes)
    {
        File.WriteAllBytes(_folder[name], bytes);
        return _folder[name];
    }

    /// <summary>32 x 32 pixels in quarters, a b over c d, of the shades 0, 70, 140 and 210.</summary>
    private static byte[] QuartersAsJpeg()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(32, 32, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (var y = 0; y < 32; y++)
        {
            for (var x = 0; x < 32; x++)
            {
                var shade = (byte)(70 * ((y / 16 * 2) + (x / 16)));
                bitmap.SetPixel(x, y, new SKColor(shade, shade, shade));
            }
        }
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 100);
        return data.ToArray();
    }

    /// <summary>Puts an EXIF segment with nothing but the orientation (tag 0x0112, a short) after the start marker.</summary>
    private static byte[] WithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0,
            (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8,
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg[..2], .. exif, .. jpeg[2..]];
    }
}
