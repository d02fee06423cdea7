using SkiaSharp;

namespace MLPipeline.Cli.Images;

/// <summary>A picture as a network takes it: bytes by channel, row by row.</summary>
/// <param name="Pixels">0 to 255, [channels, height, width].</param>
/// <param name="Channels">1 for gray, 3 for red, green and blue.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Width">Pixels.</param>
internal sealed record Picture(byte[] Pixels, int Channels, int Height, int Width)
{
    /// <summary>Above this mean, a border is bright.</summary>
    private const double BrightBorder = 127;

    /// <summary>Whether the outermost pixels are bright: a dark thing on a light ground.</summary>
    public bool HasBrightBorder
    {
        get
        {
            var border = Enumerable.Range(0, Pixels.Length).Where(OnBorder).Select(index => (double)Pixels[index]);
            return border.Average() > BrightBorder;
        }
    }

    /// <summary>Black becomes white and white becomes black.</summary>
    public Picture Inverted() => this with { Pixels = [.. Pixels.Select(value => (byte)(255 - value))] };

    /// <summary>The picture as a PNG file.</summary>
    public byte[] ToPng()
    {
        var info = new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var plane = Height * Width;
        var interleaved = new byte[plane * 4];
        for (var at = 0; at < plane; at++)
        {
            for (var channel = 0; channel < 3; channel++)
                interleaved[(at * 4) + channel] = Pixels[((Channels == 1 ? 0 : channel) * plane) + at];
            interleaved[(at * 4) + 3] = 255;
        }
        using var image = SKImage.FromPixelCopy(info, interleaved);
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private bool OnBorder(int index)
    {
        var column = index % Width;
        var row = index / Width % Height;
        return column == 0 || row == 0 || column == Width - 1 || row == Height - 1;
    }
}
