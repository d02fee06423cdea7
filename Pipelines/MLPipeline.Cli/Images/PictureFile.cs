using SkiaSharp;

namespace MLPipeline.Cli.Images;

/// <summary>Reads a picture file in the size and channels a network takes.</summary>
internal static class PictureFile
{
    private const long MostPixels = 200_000_000;

    /// <summary>
    /// Decodes PNG, JPEG, WebP, BMP or GIF (its first frame), turns it upright as its EXIF says, scales it to fit and
    /// centres it; what is left over on two sides, and what is transparent, takes the colour of the ground.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="channels">1 (gray, by ITU-R BT.601) or 3 (red, green, blue).</param>
    /// <param name="height">Pixels.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="ground">Gray level, 0 to 255.</param>
    /// <exception cref="InvalidImageException">The file is no picture, is cut short, or is too large to decode.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static Picture Read(string path, int channels, int height, int width, byte ground)
    {
        using var source = Decode(path, out var origin);
        using var canvas = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Draw(source, origin, canvas, new SKColor(ground, ground, ground));
        return new Picture(Planes(canvas, channels), channels, height, width);
    }

    private static SKBitmap Decode(string path, out SKEncodedOrigin origin)
    {
        if (Directory.Exists(path))
            throw new InvalidImageException(path, "it is a folder; give the picture files in it.");
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        using var codec = SKCodec.Create(path, out var found)
            ?? throw new InvalidImageException(path, $"{Fault(found)}. PNG, JPEG, WebP, BMP and GIF are understood.");
        if ((long)codec.Info.Width * codec.Info.Height > MostPixels)
            throw new InvalidImageException(path, $"it has {codec.Info.Width} x {codec.Info.Height} pixels; {MostPixels:N0} are the most.");
        origin = codec.EncodedOrigin;
        var bitmap = new SKBitmap(codec.Info.WithColorType(SKColorType.Rgba8888).WithAlphaType(SKAlphaType.Premul));
        var result = codec.GetPixels(bitmap.Info, bitmap.GetPixels());
        if (result == SKCodecResult.Success)
            return bitmap;
        bitmap.Dispose();
        throw new InvalidImageException(path, $"{Fault(result)}.");
    }

    private static string Fault(SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => "it is cut short",
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => "its content is damaged",
        _ => "its content is of another kind",
    };

    private static void Draw(SKBitmap source, SKEncodedOrigin origin, SKBitmap target, SKColor ground)
    {
        var turned = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var (across, down) = turned ? (source.Height, source.Width) : (source.Width, source.Height);
        var scale = Math.Min((float)target.Width / across, (float)target.Height / down);
        using var canvas = new SKCanvas(target);
        canvas.Clear(ground);
        canvas.Translate((target.Width - (across * scale)) / 2, (target.Height - (down * scale)) / 2);
        canvas.Scale(scale);
        canvas.Concat(Upright(origin, source.Width, source.Height));
        using var image = SKImage.FromBitmap(source);
        canvas.DrawImage(image, 0, 0, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
    }

    /// <summary>The affine map of each of EXIF's eight orientations, from stored to upright coordinates.</summary>
    private static SKMatrix Upright(SKEncodedOrigin origin, float width, float height) => origin switch
    {
        SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, width, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, width, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new SKMatrix(0, -1, height, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, height, -1, 0, width, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, width, 0, 0, 1),
        _ => SKMatrix.Identity,
    };

    private static byte[] Planes(SKBitmap bitmap, int channels)
    {
        var rgba = bitmap.GetPixelSpan();
        var plane = bitmap.Width * bitmap.Height;
        var pixels = new byte[channels * plane];
        for (var at = 0; at < plane; at++)
        {
            var (red, green, blue) = (rgba[at * 4], rgba[(at * 4) + 1], rgba[(at * 4) + 2]);
            if (channels == 1)
                pixels[at] = (byte)(((299 * red) + (587 * green) + (114 * blue) + 500) / 1000);
            else
                (pixels[at], pixels[plane + at], pixels[(2 * plane) + at]) = (red, green, blue);
        }
        return pixels;
    }
}
