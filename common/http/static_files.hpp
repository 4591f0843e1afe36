/// The web client's files, held in memory: loaded once, then only looked up by their exact name, so no path can leave the folder.
#pragma once

#include "common/http/router.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace himsog::http {

/// Immutable; any thread.
class StaticFiles {
public:
    /// Regular files below `web_root`, NAME.br and NAME.gz as forms of NAME. A folder that is not there: every answer is 404.
    explicit StaticFiles(std::filesystem::path const& web_root);

    /// /static/NAME → the file or 404; every other path → index.html.
    Response answer(Request const& request) const;
    /// For Router::otherwise.
    static Handler handler(std::shared_ptr<StaticFiles const> files);

    std::size_t count() const { return files_.size(); }

private:
    struct File {
        std::string plain, brotli, gzip;  // the last two may be empty
        std::string etag;                 // of the plain form, with quotes
        std::string type;
        bool hashed_name = false;
    };
    Response serve(File const& file, Request const& request, std::string_view caching) const;

    std::map<std::string, File, std::less<>> files_;
};

}  // namespace himsog::http
